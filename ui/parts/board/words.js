// Figures, dates and deadlines as their readers write them. Mirrors ui/speech.py, for what ticks in the browser.

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const SOON = 4 * HOUR;
const NEAR = 2 * DAY; // further away a date says more than a length of time
const NBSP = "\u00a0";

/** Words for one reader. `labels`: texts by name, with {placeholders}; plural texts are lists of forms. */
export function createWords({ lang, zone, labels }) {
  const locale = lang === "ru" ? "ru-RU" : "en-GB";
  const whole = new Intl.NumberFormat(locale, { maximumFractionDigits: 0 });
  const exact = new Intl.NumberFormat(locale, { minimumFractionDigits: 2, maximumFractionDigits: 2 });
  const day = new Intl.DateTimeFormat(locale, { day: "numeric", month: "short", timeZone: zone });
  const moment = new Intl.DateTimeFormat(locale, {
    day: "2-digit", month: "2-digit", year: "numeric", hour: "2-digit", minute: "2-digit", timeZone: zone,
  });
  const rules = new Intl.PluralRules(locale);
  const order = lang === "ru" ? ["one", "few", "many"] : ["one", "other"];

  const say = (name, values = {}) =>
    String(labels[name] ?? name).replace(/\{(\w+)\}/g, (all, key) => (key in values ? values[key] : all));

  function plural(name, count) {
    const at = order.indexOf(rules.select(count));
    return `${whole.format(count)}${NBSP}${labels[name][at < 0 ? order.length - 1 : at]}`;
  }

  function money(amount) {
    return `${(amount % 1 ? exact : whole).format(amount)}${NBSP}₽`;
  }

  function span(length) {
    const parts = [
      [Math.floor(length / DAY), labels.day],
      [Math.floor((length % DAY) / HOUR), labels.hour],
      [Math.floor((length % HOUR) / MINUTE), labels.minute],
    ];
    const first = parts.findIndex(([count]) => count);
    if (first < 0) return `0${NBSP}${labels.minute}`;
    return parts.slice(first, first + 2).filter(([count]) => count).map(([count, unit]) => count + NBSP + unit).join(" ");
  }

  /** A deadline: how it reads, and whether it is late, soon or ok. */
  function due(at, now) {
    const left = at - now;
    if (left < 0) return { tone: "late", text: `−${-left < 100 * DAY ? span(-left) : day.format(at)}` };
    return { tone: left <= SOON ? "soon" : "ok", text: left < NEAR ? span(left) : day.format(at) };
  }

  return {
    say, plural, money, span, due,
    number: (value) => whole.format(value),
    moment: (at) => moment.format(at),
    text: (both) => (both ? both[lang] || both.ru : ""),
    /** «Соколова М.»: enough to know a colleague by, short enough for a card. */
    shortName(name) {
      const [family, given] = String(name || "").split(/\s+/);
      return given ? `${family} ${given[0]}.` : family;
    },
  };
}
