/* Stories on another website: turns each link with data-advocacy-stories into a sandboxed frame.
   No cookie, no request of its own, nothing is read from the page. Without it the link stays a link.
   data-height is the frame's height in pixels (480 if left out), data-lang "es" for Spanish. */
(function () {
  "use strict";

  function framed(link) {
    var address = new URL(link.href);
    if (link.dataset.lang) address.searchParams.set("lang", link.dataset.lang);
    var frame = document.createElement("iframe");
    frame.src = address.href;
    frame.title = link.textContent.trim() || "Stories";
    frame.setAttribute("sandbox", "allow-popups allow-popups-to-escape-sandbox");
    frame.setAttribute("referrerpolicy", "no-referrer");
    frame.setAttribute("loading", "lazy");
    frame.width = "100%";
    frame.height = String(Number(link.dataset.height) || 480);
    frame.setAttribute("frameborder", "0");
    return frame;
  }

  function start() {
    document.querySelectorAll("a[data-advocacy-stories]").forEach(function (link) {
      link.replaceWith(framed(link));
    });
  }

  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
})();
