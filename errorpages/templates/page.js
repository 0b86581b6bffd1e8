// Times stand in the organisation's zone. Whoever is elsewhere sees their own beside them.
(function () {
  var lang = document.documentElement.lang, pattern = document.body.getAttribute("data-local");
  document.querySelectorAll("time[datetime]").forEach(function (el) {
    var at = new Date(el.dateTime), zone = /([+-])(\d\d):(\d\d)$/.exec(el.dateTime);
    var shown = zone ? Number(zone[1] + "1") * (Number(zone[2]) * 60 + Number(zone[3])) : 0;
    if (isNaN(at) || -at.getTimezoneOffset() === shown) return;
    var how = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
    if (new Date(at.getTime() + shown * 60000).getUTCDate() !== at.getDate()) how.weekday = "long";
    el.insertAdjacentText("afterend", " (" + pattern.replace("{}", at.toLocaleString(lang, how)) + ")");
  });
})();
