// A stopwatch that ticks in the browser: nothing is sent while it runs.
export default {
  template: `<span class="tabular" role="timer" :aria-label="label">{{ shown }}</span>`,
  props: { seconds: Number, since: Number, now: Number, label: String },
  data() {
    return { offset: this.now - Date.now() / 1000, at: this.now };
  },
  computed: {
    shown() {
      const running = this.since ? Math.max(0, this.at - this.since) : 0;
      const total = Math.floor(this.seconds + running);
      const two = (part) => String(part).padStart(2, "0");
      return `${Math.floor(total / 3600)}:${two(Math.floor(total / 60) % 60)}:${two(total % 60)}`;
    },
  },
  mounted() {
    this.ticking = setInterval(() => { this.at = Date.now() / 1000 + this.offset; }, 1000);
  },
  unmounted() {
    clearInterval(this.ticking);
  },
};
