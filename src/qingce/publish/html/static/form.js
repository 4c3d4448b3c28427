"use strict";
(() => {
  const today = () => {
    const now = new Date();
    return [now.getFullYear(), now.getMonth() + 1, now.getDate()].map((n) => String(n).padStart(2, "0")).join("-");
  };

  const setError = (fieldset, message) => {
    const error = fieldset.querySelector(".error");
    error.textContent = message;
    error.hidden = !message;
    fieldset.classList.toggle("wrong", Boolean(message));
    for (const radio of fieldset.querySelectorAll("input")) {
      if (message) radio.setAttribute("aria-invalid", "true");
      else radio.removeAttribute("aria-invalid");
    }
  };

  /** Questions left open, each marked where it stands. */
  const unanswered = (form) => [...form.querySelectorAll("fieldset")].filter((fieldset) => {
    const answered = fieldset.querySelector("input:checked") !== null;
    setError(fieldset, answered ? "" : "请选择一个答案。");
    return !answered;
  });

  const showErrors = (form, open, { focus }) => {
    const box = form.querySelector(".errors");
    box.hidden = open.length === 0;
    box.replaceChildren();
    if (!open.length) return;
    const title = document.createElement("p");
    title.textContent = `还有 ${open.length} 个问题没有回答：`;
    const list = document.createElement("ul");
    for (const fieldset of open) {
      const link = document.createElement("a");
      link.href = `#${fieldset.id}`;
      link.textContent = fieldset.querySelector("legend").textContent;
      link.addEventListener("click", (event) => {
        event.preventDefault();
        fieldset.querySelector("input").focus();
      });
      const item = document.createElement("li");
      item.append(link);
      list.append(item);
    }
    box.append(title, list);
    if (focus) box.focus();
  };

  const answers = (form) => [...form.querySelectorAll("[data-question]")].map((field) => {
    const free = field.tagName === "TEXTAREA";
    const checked = field.querySelector("input:checked");
    const question = free ? field.labels[0] : field.querySelector("legend");
    return { id: field.dataset.question, question: question.textContent, answer: free ? field.value.trim() : checked.value };
  });

  const save = (form) => {
    const { title, report, organisation } = form.dataset;
    const sheet = { form: form.id, title, report, organisation, answered_on: today(), answers: answers(form) };
    const blob = new Blob([`${JSON.stringify(sheet, null, 2)}\n`], { type: "application/json" });
    const link = document.createElement("a");
    link.href = URL.createObjectURL(blob);
    link.download = `${form.id}-${sheet.answered_on}.json`;
    document.body.append(link);
    link.click();
    link.remove();
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
    form.querySelector(".form-done").textContent = `答卷已保存为 ${link.download}，感谢您的评价。`;
  };

  for (const form of document.querySelectorAll("form.feedback")) {
    form.addEventListener("change", (event) => {
      const fieldset = event.target.closest("fieldset");
      if (fieldset && !form.querySelector(".errors").hidden) showErrors(form, unanswered(form), { focus: false });
    });
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      form.querySelector(".form-done").textContent = "";
      const open = unanswered(form);
      showErrors(form, open, { focus: true });
      if (!open.length) save(form);
    });
  }
})();
