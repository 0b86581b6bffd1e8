(function () {
  var doc = document, body = doc.body, news = doc.getElementById("news"), heard = doc.getElementById("heard");

  // A tap that seems to do nothing is repeated. What has been sent is sent once.
  doc.addEventListener("submit", function (e) {
    var form = e.target;
    if (form.method !== "post" || form.classList.contains("again")) return;
    if (form.hasAttribute("data-sent")) { e.preventDefault(); return; }
    form.setAttribute("data-sent", "");
    form.querySelectorAll("button").forEach(function (b) { b.setAttribute("aria-disabled", "true"); });
  });
  addEventListener("pageshow", function (e) { if (e.persisted) location.reload(); });

  // What somebody works with is left alone.
  var dirty = new Set();
  doc.addEventListener("input", function (e) {
    var part = e.target.closest("[data-part]");
    dirty.add(part || body);
  });

  if (!body.hasAttribute("data-live") || !window.fetch) return;
  var say = body.dataset, etag = '"' + say.stamp + '."', wait = 5, timer;

  function tell(text) { if (news.textContent !== text) news.textContent = text; }
  function later() {
    clearTimeout(timer);
    timer = setTimeout(look, wait * 1000 * (0.75 + Math.random() / 2));
  }
  function look() {
    if (doc.hidden) return later();
    fetch(location.pathname + location.search, { headers: { Accept: "text/html", "If-None-Match": etag }, cache: "no-store", credentials: "same-origin" }).then(function (r) {
      wait = 5;
      if (news.textContent === say.offline) tell("");
      // Whoever is not signed in any more has to see that.
      if ((r.redirected || r.status === 401 || r.status === 403) && !dirty.size) { location.reload(); return; }
      if (r.status !== 200 && r.status !== 304) { tell(say.offline); return; }
      etag = r.headers.get("ETag") || etag;
      if (r.status === 304) return;
      return r.text().then(renew);
    }).catch(function () {
      wait = Math.min(wait * 2, 60);
      tell(say.offline);
    }).then(later);
  }
  function renew(html) {
    var fresh = new DOMParser().parseFromString(html, "text/html"), changed = false;
    doc.querySelectorAll("[data-part]").forEach(function (old) {
      var now = fresh.getElementById(old.id);
      if (!now || now.innerHTML === old.innerHTML) return;
      var words = said(now) !== said(old);
      if (dirty.has(old) || old.contains(doc.activeElement)) {
        // Only buttons and links: the new ones take their place under the finger.
        var held = doc.activeElement, mine = dirty.has(old) || /^(TEXTAREA|INPUT|SELECT)$/.test(held.tagName);
        if (mine) { if (stands(old) !== stands(now)) tell(say.changed); return; }
        if (!words) return;
        old.innerHTML = now.innerHTML;
        var again = held.id ? doc.getElementById(held.id) : held.href ? Array.prototype.find.call(old.querySelectorAll("a"), function (a) { return a.href === held.href; }) : null;
        if (again) again.focus({ preventScroll: true });
      } else {
        old.innerHTML = now.innerHTML;
      }
      changed = changed || words;
    });
    doc.title = fresh.title;
    // For who listens: once, and not for what merely grows older.
    if (changed) { heard.textContent = ""; setTimeout(function () { heard.textContent = say.news; }, 100); }
    // Somebody else has changed what the form on this page is about.
    var mine = doc.querySelector(".fill input[name=etag]"), theirs = fresh.querySelector(".fill input[name=etag]");
    if (mine && theirs && mine.value !== theirs.value) {
      if (dirty.size) tell(say.changed); else mine.value = theirs.value;
    }
  }
  function said(part) {
    var copy = part.cloneNode(true);
    copy.querySelectorAll(".age, .seen, [name=token]").forEach(function (e) { e.remove(); });
    return copy.textContent.replace(/\s+/g, " ");
  }
  // What a part is about: whether there is a form in it, and of which version.
  function stands(part) {
    var f = part.querySelector("form"), e = part.querySelector("input[name=etag]");
    return (f ? f.getAttribute("action") : "") + " " + (e ? e.value : "");
  }
  doc.addEventListener("visibilitychange", function () { if (!doc.hidden) { clearTimeout(timer); timer = setTimeout(look, 300); } });
  later();
})();
