(function () {
  var doc = document, main = doc.querySelector("main"), box = doc.getElementById("stay");

  // Times stand in the organisation's zone. Whoever is elsewhere sees their own beside them.
  function local(root) {
    var lang = doc.documentElement.lang, pattern = doc.body.getAttribute("data-local");
    root.querySelectorAll("time[datetime]").forEach(function (el) {
      var at = new Date(el.dateTime), zone = /([+-])(\d\d):(\d\d)$/.exec(el.dateTime);
      var shown = zone ? Number(zone[1] + "1") * (Number(zone[2]) * 60 + Number(zone[3])) : 0;
      if (isNaN(at) || -at.getTimezoneOffset() === shown) return;
      var half = doc.body.hasAttribute("data-half-days");
      var how = { hour: half ? "numeric" : "2-digit", minute: "2-digit", hourCycle: half ? "h12" : "h23", numberingSystem: "latn" };
      if (new Date(at.getTime() + shown * 60000).getUTCDate() !== at.getDate()) how.weekday = "long";
      el.insertAdjacentText("afterend", " (" + pattern.replace("{}", at.toLocaleString(lang, how)) + ")");
    });
  }
  local(doc);

  // Where no Referer is sent, a change of the language comes back here all the same.
  doc.querySelectorAll("nav a").forEach(function (el) {
    el.search += "&back=" + encodeURIComponent(location.pathname + location.search);
  });
  if (!box || !window.fetch) return;

  // The rest keeps the page true while it is looked at.
  var say = box.dataset, news = doc.getElementById("news"), button = box.querySelector("button");
  var title = doc.title, version = say.version, etag = "", on = true, over = false, wait = 15, timer;
  box.hidden = false;

  // A page that came back and failed again waits longer before it does so once more.
  var past = {};
  try { past = JSON.parse(sessionStorage.getItem("candor:" + location.pathname)) || {}; } catch (e) { /* not allowed */ }
  if (!(Date.now() - past.at < 600000)) past = { at: 0, n: 0 };
  var patience = past.n ? past.at + 15000 * Math.pow(2, Math.min(past.n, 5)) : 0;

  function tell(text) { if (news.textContent !== text) news.textContent = text; }
  function later() {
    clearTimeout(timer);
    if (on && !over) timer = setTimeout(look, wait * 1000 * (0.75 + Math.random() / 2));
  }
  function look() {
    if (doc.hidden || !on || over) return;
    var headers = { Accept: "application/json" };
    if (etag) headers["If-None-Match"] = etag;
    fetch(say.status, { headers: headers, cache: "no-store" }).then(function (r) {
      wait = Number(r.headers.get("Candor-Next")) || Math.min(wait * 1.5, 120);
      if (news.textContent === say.offline) tell("");
      if (r.status !== 200) return;
      var changed = etag;
      etag = r.headers.get("ETag");
      return r.json().then(function (s) {
        if (s.answering && Date.now() > patience) return back(Number(r.headers.get("Candor-Spread")) || 0);
        if (changed || s.version !== version) return renew(s.version);
      });
    }).catch(function () {
      wait = Math.min(wait * 2, 120);
      tell(say.offline);
    }).then(later);
  }

  // What the visitor looks at or works with stays; only what says something else is replaced.
  function renew(next) {
    return fetch(say.page, { headers: { Accept: "text/html" }, cache: "no-store" }).then(function (r) {
      return r.text();
    }).then(function (html) {
      var fresh = new DOMParser().parseFromString(html, "text/html"), after = null, changed = false;
      if (!fresh.getElementById("stay")) return;
      version = next;
      ["head", "known", "me", "sent", "todo"].forEach(function (part) {
        var find = "[data-part=" + part + "]", old = main.querySelector(find), now = fresh.querySelector(find);
        if (now) local(now);
        if (old && (old.contains(doc.activeElement) || now && old.innerHTML === now.innerHTML)) { after = old; return; }
        if (!old && !now) return;
        changed = true;
        if (!now) { old.remove(); return; }
        var open = old && old.querySelector("details[open]"), fold = now.querySelector("details");
        if (open && fold) fold.open = true;
        if (old) old.replaceWith(now);
        else if (after) after.after(now);
        else main.prepend(now);
        after = now;
      });
      if (!changed) return;
      title = doc.title = fresh.title;
      tell("");
      setTimeout(function () { tell(say.news); }, 100);
    });
  }

  function back(spread) {
    over = true;
    doc.title = say.back;
    box.querySelector("span").textContent = say.returns ? say.soon : say.back;
    if (doc.activeElement === button) { box.tabIndex = -1; box.focus(); } // not back to the top
    button.remove();
    tell(say.returns ? say.soon : say.back);
    try { sessionStorage.setItem("candor:" + location.pathname, JSON.stringify({ at: Date.now(), n: past.n + 1 })); } catch (e) { /* not allowed */ }
    if (say.returns) setTimeout(function () { location.reload(); }, 1000 + Math.random() * spread * 1000);
  }

  button.addEventListener("click", function () {
    on = !on;
    button.textContent = on ? say.stop : say.start;
    if (on) look(); else clearTimeout(timer);
  });
  doc.addEventListener("visibilitychange", function () {
    if (!doc.hidden && on && !over) { clearTimeout(timer); timer = setTimeout(look, Math.random() * 2000); }
  });
  later();
})();
