/* Passkeys: the form that carries data-passkey asks the browser for one, puts its answer into the field
   `credential` and goes on. What goes wrong is said in words beside the button. Needs webauthn-json.js.

   data-passkey="make"     a new passkey; the options stand in the page (#js_data)
   data-passkey="use"      one of this person's; the options stand in the page
   data-passkey="sign-in"  anybody's; the options come from the form's own address */
(() => {
  "use strict";

  const WORDS = {
    NotAllowedError: "No passkey was used. You may have closed the window, or waited too long. Try again.",
    InvalidStateError: "This device has a passkey for you already.",
    NotSupportedError: "This device cannot make a passkey. Use a code from an app.",
    SecurityError: "Passkeys do not work at this address. Open the site by its own name.",
  };
  const OTHERWISE = "The passkey did not work. Try again, or use another way.";

  async function optionsOf(form) {
    if (form.dataset.passkey !== "sign-in") return JSON.parse(document.getElementById("js_data").textContent);
    const answer = await fetch(form.action, {
      headers: { Accept: "application/json", "X-Requested-With": "XMLHttpRequest" },
    });
    if (!answer.ok) throw new Error("no options");
    return answer.json();
  }

  async function credentialFor(form) {
    const options = await optionsOf(form);
    if (form.dataset.passkey !== "make") return window.webauthnJSON.get(options.request_options);
    const wanted = options.creation_options;
    /* One that the device keeps and unlocks itself: it signs in alone. */
    wanted.publicKey.authenticatorSelection = {
      ...wanted.publicKey.authenticatorSelection,
      residentKey: "required", requireResidentKey: true, userVerification: "required",
    };
    return window.webauthnJSON.create(wanted);
  }

  async function go(form) {
    const words = form.querySelector("[data-passkey-words]");
    words.hidden = true;
    try {
      form.elements.credential.value = JSON.stringify(await credentialFor(form));
      form.submit();
    } catch (problem) {
      words.textContent = WORDS[problem?.name] ?? OTHERWISE;
      words.hidden = false;
    }
  }

  document.addEventListener("submit", (event) => {
    if (!event.target.matches?.("[data-passkey]")) return;
    event.preventDefault();
    go(event.target);
  });
})();
