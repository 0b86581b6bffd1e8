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
  if (!window.fetch) return;

  // On a click, the visitor's own connection is tried, and what that shows is said in words.
  var tools = main.querySelector(".tools"), said = tools && tools.querySelector("[role=status]");
  if (tools) {
    tools.hidden = tools.closest("section").hidden = false;
    tools.querySelector(".check").addEventListener("click", function () {
      var texts = tools.dataset, began = Date.now();
      said.textContent = texts.running;
      Promise.race([
        fetch(box ? box.dataset.status : texts.status, { cache: "no-store", redirect: "manual" }),
        new Promise(function (_, lose) { setTimeout(lose, 20000); })
      ]).then(function (r) {
        if (!r.ok || !/json/.test(r.headers.get("Content-Type"))) return texts.between;
        return r.json().then(function (s) {
          if (s.answering && box) return box.dataset.back;
          return Date.now() - began > 3000 ? texts.slow : texts.fine;
        });
      }).catch(function () {
        return texts.lost;
      }).then(function (text) { said.textContent = text; });
    });
  }
  if (!box) return;

  // The rest keeps the page true while it is looked at.
  var say = box.dataset, news = doc.getElementById("news"), button = box.querySelector("button");
  var title = doc.title, version = say.version, etag = "", on = true, over = false, wait = 15, timer, drawn = Date.now();
  var asked = tools && tools.querySelector(".tell"), armed = false;
  box.hidden = false;

  // A page that came back and failed again waits longer before it does so once more.
  var past = {};
  try { past = JSON.parse(sessionStorage.getItem("candor:" + location.pathname)) || {}; } catch (e) { /* not allowed */ }
  if (!(Math.abs(Date.now() - past.at) < 600000)) past = { at: 0, n: 0 };
  var patience = past.n ? past.at + 15000 * Math.pow(2, Math.min(past.n, 5)) : 0;

  function tell(text) { if (news.textContent !== text) news.textContent = text; }
  function later() {
    clearTimeout(timer);
    if (on && !over) timer = setTimeout(look, wait * 1000 * (0.75 + Math.random() / 2));
  }
  function look() {
    if (doc.hidden && !armed || !on || over) return;
    var headers = { Accept: "application/json" };
    if (etag) headers["If-None-Match"] = etag;
    // A connection that fell asleep with the computer may never answer.
    var stop = window.AbortController && new AbortController(), asleep = stop && setTimeout(function () { stop.abort(); }, 30000);
    fetch(say.status, { headers: headers, cache: "no-store", signal: stop ? stop.signal : undefined }).then(function (r) {
      if (!on) return; // stopped meanwhile
      wait = Number(r.headers.get("Candor-Next")) || Math.min(wait * 1.5, 120);
      if (news.textContent === say.offline) tell("");
      // Nothing new, but what it says of the time is no longer so.
      var old = Math.abs(Date.now() - drawn) > Math.max(60, 4 * wait) * 1000;
      if (r.status === 304 && old) return renew(version);
      if (r.status !== 200) return;
      var changed = etag;
      etag = r.headers.get("ETag");
      return r.json().then(function (s) {
        if (s.answering && Date.now() > patience) return back(Number(r.headers.get("Candor-Spread")) || 0);
        if (s.answering) etag = ""; // to be asked again, although nothing will be new
        if (changed || old || s.version !== version) return renew(s.version);
      });
    }).catch(function () {
      wait = Math.min(wait * 2, 120);
      tell(say.offline);
    }).then(function () {
      clearTimeout(asleep);
      later();
    });
  }

  // What a part says, but for what the visitor has done with it, and how long ago things were.
  function words(part) {
    var copy = part.cloneNode(true), own = copy.querySelector(".tools");
    if (own) own.remove();
    copy.querySelectorAll(".ago").forEach(function (el) { el.textContent = ""; });
    return copy.innerHTML;
  }
  function age(old, now) {
    var ages = now.querySelectorAll(".ago");
    old.querySelectorAll(".ago").forEach(function (el, i) {
      if (el.textContent !== ages[i].textContent) el.textContent = ages[i].textContent;
    });
  }

  // What the visitor looks at or works with stays; only what says something else is replaced.
  function renew(next) {
    return fetch(say.page, { headers: { Accept: "text/html" }, cache: "no-store" }).then(function (r) {
      return r.text();
    }).then(function (html) {
      var fresh = new DOMParser().parseFromString(html, "text/html"), after = null, changed = false;
      if (!fresh.getElementById("stay")) return;
      version = next;
      drawn = Date.now();
      ["head", "known", "me", "sent", "todo"].forEach(function (part) {
        var find = "[data-part=" + part + "]", old = main.querySelector(find), now = fresh.querySelector(find);
        if (now) local(now);
        var same = old && now && words(old) === words(now);
        if (same) age(old, now);
        if (same || old && old.contains(doc.activeElement)) { after = old; return; }
        if (!old && !now) return;
        changed = true;
        if (!now) { old.remove(); return; }
        var place = now.querySelector(".tools");
        if (place && tools) {
          now.hidden = false;
          place.replaceWith(tools);
        }
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
    var at = Date.now() + 1000 + Math.random() * spread * 1000, away = function () { return armed && (doc.hidden || !doc.hasFocus()); };
    if (away() && asked.message) {
      try {
        var message = new Notification(say.back, { body: location.host });
        message.onclick = function () { window.focus(); message.close(); };
      } catch (e) { /* not on this device */ }
    }
    // Who has gone elsewhere finds the title as it was promised.
    function go() { if (!away()) setTimeout(function () { location.reload(); }, Math.min(Math.max(at - Date.now(), 0), 1000 + spread * 1000)); }
    if (!say.returns) return;
    if (away()) ["visibilitychange", "focus"].forEach(function (name) { window.addEventListener(name, go, true); });
    else go();
  }

  // Whoever wants to be told may look elsewhere: the page then goes on asking.
  if (asked) asked.addEventListener("click", function () {
    armed = !armed;
    asked.setAttribute("aria-pressed", String(armed));
    said.textContent = armed ? asked.dataset.told : "";
    if (!armed) return;
    if (!on) button.click();
    // Where messages need more than a page, nobody is asked for leave to send one.
    if (!window.Notification || !window.isSecureContext || /Android/.test(navigator.userAgent)) return;
    Promise.resolve(Notification.requestPermission()).then(function (leave) {
      asked.message = leave === "granted";
    });
  });

  button.addEventListener("click", function () {
    on = !on;
    button.textContent = on ? say.stop : say.start;
    if (on) look(); else clearTimeout(timer);
  });
  // Whoever looks again, or has a network again, hears at once.
  function soon() {
    if (doc.hidden || !on || over) return;
    clearTimeout(timer);
    timer = setTimeout(look, Math.random() * 2000);
  }
  doc.addEventListener("visibilitychange", soon);
  window.addEventListener("online", soon);
  window.addEventListener("pageshow", function (e) { if (e.persisted) soon(); });
  later();
})();
