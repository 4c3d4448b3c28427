"use strict";
document.documentElement.classList.add("scripted");
function show(mark) {
  const article = mark.closest("article");
  const shown = article.querySelector(".shown");
  article.querySelectorAll("a.q.on").forEach((other) => other.classList.remove("on"));
  mark.classList.add("on");
  const ids = mark.dataset.r ? mark.dataset.r.split(" ") : [];
  const cards = ids.map((id) => document.getElementById(id)).filter(Boolean).map((card) => {
    const copy = card.cloneNode(true);
    copy.removeAttribute("id");
    return copy;
  });
  const title = document.createElement("h2");
  title.textContent = mark.textContent;
  if (!cards.length) {
    const words = document.createElement("p");
    words.className = "hint";
    words.textContent = "这个数字没有参与任何勾稽：全文没有可以与它核对的关系。";
    cards.push(words);
  }
  shown.replaceChildren(title, ...cards);
}
document.addEventListener("click", (event) => {
  const mark = event.target.closest("a.q");
  if (mark) {
    event.preventDefault();
    show(mark);
    return;
  }
  const link = event.target.closest("a[data-to]");
  const target = link && document.getElementById(link.dataset.to);
  if (target) {
    event.preventDefault();
    target.scrollIntoView({ block: "center" });
    if (target.matches("a.q")) {
      show(target);
      target.focus({ preventScroll: true });
    }
  }
});
