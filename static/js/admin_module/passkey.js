// From the server's question to a passkey's answer: made or shown, then sent with the form.
function bytes(text) {
  const plain = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(plain, (letter) => letter.charCodeAt(0));
}

function text(buffer) {
  const plain = String.fromCharCode(...new Uint8Array(buffer));
  return btoa(plain).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

function named(list = []) {
  return list.map((one) => ({ ...one, id: bytes(one.id) }));
}

async function make(options) {
  const made = await navigator.credentials.create({
    publicKey: {
      ...options,
      challenge: bytes(options.challenge),
      user: { ...options.user, id: bytes(options.user.id) },
      excludeCredentials: named(options.excludeCredentials),
    },
  });
  return {
    id: made.id,
    rawId: text(made.rawId),
    type: made.type,
    response: {
      clientDataJSON: text(made.response.clientDataJSON),
      attestationObject: text(made.response.attestationObject),
    },
  };
}

async function show(options) {
  const shown = await navigator.credentials.get({
    publicKey: {
      ...options,
      challenge: bytes(options.challenge),
      allowCredentials: named(options.allowCredentials),
    },
  });
  return {
    id: shown.id,
    rawId: text(shown.rawId),
    type: shown.type,
    response: {
      clientDataJSON: text(shown.response.clientDataJSON),
      authenticatorData: text(shown.response.authenticatorData),
      signature: text(shown.response.signature),
    },
  };
}

async function answer(event) {
  const form = event.target;
  const field = form.querySelector("[name=credential]");
  if (field.value) return;
  event.preventDefault();
  delete form.dataset.sent;
  if (!form.reportValidity()) return;
  const failed = form.querySelector("[data-passkey-failed]");
  failed.hidden = true;
  const options = JSON.parse(form.dataset.options);
  try {
    field.value = JSON.stringify(await (form.dataset.passkey === "make" ? make : show)(options));
  } catch {
    // The person said no, waited too long, or has no passkey at hand.
    failed.hidden = false;
    failed.focus();
    return;
  }
  form.submit();
}

for (const form of document.querySelectorAll("form[data-passkey]")) {
  if (!window.PublicKeyCredential) form.hidden = true;
  form.addEventListener("submit", answer);
}
