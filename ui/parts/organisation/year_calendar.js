// A year of twelve months. One element for the server; days are buttons, walked with the arrow keys.
const DAY = 86400000;

export default {
  props: {
    days: Array, // [{date, sort, hours, name, own}], 1 January first
    changed: Array, // dates that are not saved yet
    words: Object, // {sort: words}, and `changed`
    lang: String,
    today: String,
    editable: Boolean,
  },
  emits: ["day"],
  data() {
    return { at: null };
  },
  computed: {
    months() {
      const months = Array.from({ length: 12 }, (_, number) => ({ number, days: [] }));
      for (const day of this.days) months[Number(day.date.slice(5, 7)) - 1].days.push(day);
      return months.filter((month) => month.days.length).map((month) => ({
        ...month,
        title: this.written(month.days[0].date, { month: "long" }),
        blank: (this.moment(month.days[0].date).getUTCDay() + 6) % 7,
      }));
    },
    weekdays() {
      const monday = Date.UTC(2026, 10, 2);
      const short = new Intl.DateTimeFormat(this.lang, { weekday: "short", timeZone: "UTC" });
      return Array.from({ length: 7 }, (_, number) => short.format(monday + number * DAY));
    },
    unsaved() {
      return new Set(this.changed);
    },
    reachable() {
      if (this.at && this.days.some((day) => day.date === this.at)) return this.at;
      return this.days.some((day) => day.date === this.today) ? this.today : this.days[0]?.date;
    },
  },
  methods: {
    moment(date) {
      return new Date(`${date}T00:00:00Z`);
    },
    written(date, how) {
      return new Intl.DateTimeFormat(this.lang, { ...how, timeZone: "UTC" }).format(this.moment(date));
    },
    said(day) {
      const parts = [this.written(day.date, { weekday: "long", day: "numeric", month: "long" }), this.words[day.sort]];
      if (day.hours) parts.push(`${day.hours.start}–${day.hours.end}`);
      if (day.name) parts.push(day.name);
      if (this.unsaved.has(day.date)) parts.push(this.words.changed);
      return parts.join(", ");
    },
    looks(day) {
      return [
        "day",
        `day--${day.sort}`,
        { "day--today": day.date === this.today, "day--changed": this.unsaved.has(day.date), "day--own": day.own },
      ];
    },
    choose(day) {
      this.at = day.date;
      if (this.editable) this.$emit("day", day.date);
    },
    walk(event, day) {
      const step = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -7, ArrowDown: 7 }[event.key];
      if (!step) return;
      event.preventDefault();
      const there = this.days[this.days.findIndex((one) => one.date === day.date) + step];
      if (!there) return;
      this.at = there.date;
      this.$nextTick(() => this.$el.querySelector(`[data-date="${there.date}"]`)?.focus());
    },
  },
  template: `
    <div class="year">
      <section v-for="month in months" :key="month.number" class="month" :aria-label="month.title">
        <h3>{{ month.title }}</h3>
        <div class="month-days">
          <span v-for="name in weekdays" :key="name" class="weekday" aria-hidden="true">{{ name }}</span>
          <span v-for="n in month.blank" :key="'blank' + n"></span>
          <button v-for="day in month.days" :key="day.date" type="button" :class="looks(day)" :data-date="day.date"
            :tabindex="day.date === reachable ? 0 : -1" :aria-label="said(day)" :title="said(day)"
            :aria-disabled="editable ? null : 'true'"
            @click="choose(day)" @keydown="walk($event, day)">{{ Number(day.date.slice(8)) }}</button>
        </div>
      </section>
    </div>`,
};
