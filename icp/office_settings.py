"""From the environment to the office and its gateways: what holds until the panel says otherwise."""

from .environment import PUBLIC_URL, env, secret

# --- The office -----------------------------------------------------------------------------------
MUNICIPALITY = {
    "name": env("ICP_OFFICE_NAME", default="Urząd Miejski w Zażółcinie"),
    "name_genitive": env("ICP_OFFICE_NAME_GENITIVE", default="Urzędu Miejskiego w Zażółcinie"),
    "town": env("ICP_TOWN", default="Zażółcin"),
    "controller": env("ICP_CONTROLLER", default="Burmistrz Zażółcina"),
    "address": env("ICP_OFFICE_ADDRESS", default="ul. Gęślą Jaźń 1, 00-000 Zażółcin"),
    "phone": env("ICP_OFFICE_PHONE", default="00 000 00 00"),
    "email": env("ICP_OFFICE_EMAIL", default="urzad@zazolcin.example"),
    "website": env("ICP_OFFICE_WEBSITE", default="www.zazolcin.example"),
    "bip": env("ICP_OFFICE_BIP", default="bip.zazolcin.example"),
    "dpo": env("ICP_DPO_CONTACT", default="iod@zazolcin.example"),
    "teryt": env("ICP_TERYT", default=""),
}

# How long the address of a message's attachments works where the message itself says no end.
ATTACHMENT_DAYS = env.int("ICP_ATTACHMENT_DAYS", default=30)

# How long things are kept.
RETENTION = {
    "audit_years": env.int("ICP_AUDIT_YEARS", default=2),
    "conversation_months": env.int("ICP_CONVERSATION_MONTHS", default=6),
    "export_days": env.int("ICP_EXPORT_DAYS", default=7),
}

MAP = {
    # https://host/{z}/{x}/{y}.png; empty: the outline from the address register alone.
    "tiles": env("ICP_MAP_TILES", default=""),
    "attribution": env("ICP_MAP_ATTRIBUTION", default=""),
}

# --- Native apps that may open the addresses of /app/ (well-known files; empty: none) ---------------
NATIVE_APPS = {
    "android": {
        "package": env("ICP_ANDROID_PACKAGE", default=""),
        # SHA-256 of the certificates the app is signed with, AB:CD:…, by commas.
        "certificates": env.list("ICP_ANDROID_CERTIFICATES", default=[]),
    },
    # TEAMID.bundle.id, by commas.
    "apple": env.list("ICP_APPLE_APPS", default=[]),
}

# --- Returned mail --------------------------------------------------------------------------------
MAIL_RETURNS = {
    "protocol": env("ICP_RETURNS_PROTOCOL", default="imap"),  # imap | pop3
    "host": env("ICP_RETURNS_HOST", default=""),  # empty: no mailbox is read
    "port": env.int("ICP_RETURNS_PORT", default=993),
    "security": env("ICP_RETURNS_SECURITY", default="tls"),  # tls | starttls | none
    "user": env("ICP_RETURNS_USER", default=""),
    "password": secret("ICP_RETURNS_PASSWORD", ""),
    "folder": env("ICP_RETURNS_FOLDER", default="INBOX"),
}

# --- Calls through Twilio Voice -------------------------------------------------------------------
VOICE = {
    "account": env("ICP_VOICE_ACCOUNT", default=""),  # empty: no calls are answered
    "token": secret("ICP_VOICE_TOKEN", ""),
    "base_url": env("ICP_VOICE_URL", default="https://api.twilio.com"),
    "voice": env("ICP_VOICE_VOICE", default="Polly.Ewa"),
    "timeout": env.float("ICP_VOICE_TIMEOUT", default=20),
}

# --- Channels -------------------------------------------------------------------------------------
CHANNELS = {
    "email": {
        "host": env("ICP_SMTP_HOST", default=""),
        "port": env.int("ICP_SMTP_PORT", default=25),
        "user": env("ICP_SMTP_USER", default=""),
        "password": secret("ICP_SMTP_PASSWORD", ""),
        "security": env("ICP_SMTP_SECURITY", default="none"),  # none | starttls | tls
        "sender": env("ICP_SMTP_SENDER", default="ICP <icp@zazolcin.example>"),
        "bounces": env("ICP_SMTP_BOUNCES", default="icp-zwroty@zazolcin.example"),
        "timeout": env.float("ICP_SMTP_TIMEOUT", default=30),
        "rate": env.float("ICP_SMTP_RATE", default=0),  # a second, of all workers; 0: no limit
        "window": env.int("ICP_SMTP_WINDOW", default=50),
        "streams": env.int("ICP_SMTP_STREAMS", default=2),
        # Who is asked, in this order: smtp, esp. Those without an account are passed by.
        "order": env.list("ICP_EMAIL_PROVIDERS", default=["smtp", "esp"]),
        "esp": {
            "service": env("ICP_ESP", default=""),  # brevo | mailersend | mailgun | postmark
            "key": secret("ICP_ESP_KEY", ""),
            "webhook_secret": secret("ICP_ESP_WEBHOOK_SECRET", ""),
            "domain": env("ICP_ESP_DOMAIN", default=""),
            "base_url": env("ICP_ESP_URL", default=""),
            "timeout": env.float("ICP_ESP_TIMEOUT", default=30),
            "rate": env.float("ICP_ESP_RATE", default=0),
            "streams": env.int("ICP_ESP_STREAMS", default=8),
        },
    },
    "sms": {
        "account": env("ICP_TWILIO_ACCOUNT", default=""),
        "token": secret("ICP_TWILIO_TOKEN", ""),
        "sender": env("ICP_TWILIO_SENDER", default="ICP"),
        "base_url": env("ICP_TWILIO_URL", default="https://api.twilio.com"),
        "callback_url": env("ICP_TWILIO_CALLBACK", default=f"{PUBLIC_URL}/callbacks/sms/"),
        "timeout": env.float("ICP_TWILIO_TIMEOUT", default=20),
        "rate": env.float("ICP_TWILIO_RATE", default=0),
        "window": env.int("ICP_TWILIO_WINDOW", default=100),
        "streams": env.int("ICP_TWILIO_STREAMS", default=4),
        # Who is asked, in this order: twilio, smsapi. Those without an account are passed by.
        "order": env.list("ICP_SMS_PROVIDERS", default=["twilio", "smsapi"]),
        "smsapi": {
            "token": secret("ICP_SMSAPI_TOKEN", ""),
            "sender": env("ICP_SMSAPI_SENDER", default=""),
            "base_url": env("ICP_SMSAPI_URL", default="https://api.smsapi.pl"),
            # Networks that reports of delivery come from, like 192.0.2.0/24; empty: any.
            "callback_from": env.list("ICP_SMSAPI_CALLBACK_FROM", default=[]),
            "timeout": env.float("ICP_SMSAPI_TIMEOUT", default=20),
            "rate": env.float("ICP_SMSAPI_RATE", default=50),
        },
        "part_price": env("ICP_SMS_PART_PRICE", default="0.07"),  # złoty, net
    },
    "push": {
        "credentials_file": env("ICP_FCM_CREDENTIALS_FILE", default=""),
        "project": env("ICP_FCM_PROJECT", default=""),
        "token": secret("ICP_FCM_TOKEN", ""),  # a fixed token, for the sandbox
        "base_url": env("ICP_FCM_URL", default="https://fcm.googleapis.com"),
        "timeout": env.float("ICP_FCM_TIMEOUT", default=20),
        "rate": env.float("ICP_FCM_RATE", default=0),
        "window": env.int("ICP_FCM_WINDOW", default=500),
        "streams": env.int("ICP_FCM_STREAMS", default=2),
        # The private key for browsers' push services, where the panel has none: 32 bytes, base64url.
        "vapid_key": secret("ICP_VAPID_KEY", ""),
        # Push services besides the browsers' own, like http://127.0.0.1:8100: for the sandbox.
        "webpush_services": env.list("ICP_WEBPUSH_SERVICES", default=[]),
    },
    "epuap": {
        "url": env("ICP_EPUAP_URL", default=""),  # https://ws.epuap.gov.pl
        "subject": env("ICP_EPUAP_SUBJECT", default=""),
        "reply_box": env("ICP_EPUAP_REPLY_BOX", default=""),
        "key_file": env("ICP_EPUAP_KEY_FILE", default=""),
        "certificate_file": env("ICP_EPUAP_CERTIFICATE_FILE", default=""),
        "trusted_file": env("ICP_EPUAP_TRUSTED_FILE", default=""),
        "seals_file": env("ICP_EPUAP_SEALS_FILE", default=""),
        "authorities_file": env("ICP_EPUAP_AUTHORITIES_FILE", default=""),
        # status.kod values that mean "never": the list is not public, so the office fills it in.
        "refused_codes": env.list("ICP_EPUAP_REFUSED_CODES", default=[]),
        "require_signed_answers": env.bool("ICP_EPUAP_REQUIRE_SIGNED", default=True),
        # The office's boxes (/podmiot/skrytka) from which documents are fetched; empty: none.
        "boxes": env.list("ICP_EPUAP_BOXES", default=[]),
        "pull_seconds": env.float("ICP_EPUAP_PULL_SECONDS", default=60),
        # What confirms a document: its SHA-1 in three of four public clients, or "sha256".
        "pull_digest": env("ICP_EPUAP_PULL_DIGEST", default="sha1"),
        # Documents that ePUAP brings itself: "require" a pinned signature, "accept" without, "off".
        "push": env("ICP_EPUAP_PUSH", default="require"),
        # Networks that may bring them, like 192.0.2.0/24; empty: any.
        "push_from": env.list("ICP_EPUAP_PUSH_FROM", default=[]),
        "timeout": env.float("ICP_EPUAP_TIMEOUT", default=60),
        "rate": env.float("ICP_EPUAP_RATE", default=0),
        "window": env.int("ICP_EPUAP_WINDOW", default=16),
        "streams": env.int("ICP_EPUAP_STREAMS", default=2),
    },
}
