// From a template or a report near by to the fields of the form: both are only proposals.
for (const form of document.querySelectorAll("form[data-answer]")) {
  const template = form.elements.template;
  const text = form.elements.text;
  if (template && text) {
    let filled = "";
    const propose = async () => {
      if (!template.value) return;
      const body = new URLSearchParams({ template: template.value });
      const headers = { "X-CSRFToken": form.elements.csrfmiddlewaretoken.value };
      const answer = await fetch(form.dataset.template, { method: "POST", body, headers });
      if (!answer.ok) return;
      // What somebody wrote is not replaced, only what a template wrote before.
      const own = text.value.trim() && text.value !== filled ? `${text.value.trim()}\n\n` : "";
      filled = own + (await answer.text());
      text.value = filled;
      text.focus();
    };
    template.addEventListener("change", propose);
    if (!text.value.trim()) propose(); // chosen before this module was here
  }
  for (const button of form.querySelectorAll("[data-lead]")) {
    button.addEventListener("click", () => {
      form.elements.lead.value = button.dataset.lead;
      form.elements.lead.focus();
    });
  }
}
