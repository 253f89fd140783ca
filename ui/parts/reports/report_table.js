// A table of figures: sorted by its heads, links in its cells, rows in portions; on a phone each row is a card.
import { computed, ref } from "vue";

const PORTION = 50;

export default {
  props: { columns: Array, rows: Array, labels: Object, dense: Boolean },
  template: `
    <div class="rt-box" tabindex="0" role="region" :aria-label="labels.caption">
      <table class="rt" :class="{ 'rt--dense': dense }">
        <thead><tr>
          <th v-for="column in columns" :key="column.name" scope="col" :class="'rt-' + column.kind" :aria-sort="sortOf(column.name)">
            <button type="button" @click="sortBy(column)">{{ column.title }}<span aria-hidden="true">{{ arrowOf(column.name) }}</span></button></th>
        </tr></thead>
        <tbody>
          <tr v-for="(row, number) in shown" :key="number">
            <td v-for="column in columns" :key="column.name" :class="['rt-' + column.kind, row[column.name].tone && 'tone-' + row[column.name].tone]" :data-label="column.title">
              <a v-if="row[column.name].link" :href="row[column.name].link">{{ row[column.name].text }}</a><template v-else>{{ row[column.name].text }}</template></td>
          </tr>
        </tbody>
      </table>
      <button v-if="more > 0" type="button" class="rt-more" @click="limit += portion">{{ labels.more }} ({{ more }})</button>
    </div>`,
  setup(props) {
    const sorted = ref({ name: null, down: false });
    const limit = ref(PORTION);
    const ordered = computed(() => {
      const { name, down } = sorted.value;
      if (!name) return props.rows;
      const way = down ? -1 : 1;
      return [...props.rows].sort((one, other) => way * compare(one[name].sort, other[name].sort));
    });
    const shown = computed(() => ordered.value.slice(0, limit.value));
    const more = computed(() => props.rows.length - shown.value.length);
    return {
      limit, more, portion: PORTION, shown,
      sortBy(column) {
        const again = sorted.value.name === column.name;
        sorted.value = { name: column.name, down: again ? !sorted.value.down : column.kind === "number" };
      },
      sortOf: (name) => (sorted.value.name !== name ? undefined : sorted.value.down ? "descending" : "ascending"),
      arrowOf: (name) => (sorted.value.name !== name ? "" : sorted.value.down ? " ↓" : " ↑"),
    };
  },
};

/** Nothing is less than anything; words are ordered as their readers order them. */
function compare(one, other) {
  if (one === null || other === null) return (one !== null) - (other !== null);
  return typeof one === "number" ? one - other : String(one).localeCompare(String(other));
}
