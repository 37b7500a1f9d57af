"""The icons that stand in the app's page, and the pictures a phone shows for the app."""

# Names of static/icons; the page carries them, so that they are there without a network.
ICONS = (
    "archive", "arrow-left", "ban", "bell", "building-2", "check", "chevron-right", "circle-alert",
    "circle-check", "circle-check-big", "circle-dot", "circle-question-mark", "circle-x", "clock",
    "copy", "download", "external-link", "eye", "file-text", "flag", "hand", "hourglass", "house",
    "info", "key-round", "landmark", "languages", "loader", "log-out", "mail", "map-pin", "megaphone",
    "menu", "message-square-text", "moon", "pause", "pencil", "phone", "play", "plus", "refresh-cw",
    "rotate-ccw", "search", "send", "settings", "shield-check", "siren", "smartphone", "split", "sun",
    "thumbs-up", "trash-2", "triangle-alert", "type", "undo-2", "upload", "user", "users", "wifi",
    "x",
)  # fmt: skip
# (file of static/, side in pixels, purpose in the manifest)
PICTURES = (
    ("img/resident/icon-192.png", 192, "any"),
    ("img/resident/icon-512.png", 512, "any"),
    ("img/resident/maskable-192.png", 192, "maskable"),
    ("img/resident/maskable-512.png", 512, "maskable"),
)
