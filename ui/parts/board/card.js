// One card. It draws itself anew only when its deal, or the wording of its deadline, changes.
import { computed, inject } from "vue";
import { Icon } from "./icons.js";
import { dueAt, isIdle } from "./store.js";

export default {
  components: { Icon },
  props: { card: Object, tabbable: Boolean },
  template: `
    <li class="vb-card" :class="[tone && 'vb-card--' + tone, mark && 'vb-card--fresh', card.status !== 'open' && 'vb-card--closed']"
        :data-id="card.id" @click="open" @mouseenter="board.hover(card.id)" @mouseleave="board.hover(null)">
      <div class="vb-title">
        <a :href="address" class="vb-link" draggable="false" :tabindex="tabbable ? 0 : -1"
           @focus="board.focused.value = card.id">{{ card.title }}</a>
        <button type="button" class="vb-more" tabindex="-1" :aria-label="words.say('menuOf', { title: card.title })" aria-haspopup="menu"
           @click.stop="board.openMenu(card.id, $event.currentTarget)"><Icon name="more" /></button>
      </div>
      <div v-if="card.company" class="vb-company"><span class="vb-clip">{{ card.company }}</span>
        <span v-if="card.contract_signed" class="vb-signed" :title="words.say('signed')"><Icon name="signed" /><span class="vb-sr">{{ words.say('signed') }}</span></span>
      </div>
      <div v-if="amount" class="vb-amount">{{ amount }}</div>
      <div v-if="card.status === 'open'" class="vb-next" :class="idle && 'vb-next--none'" :title="whole">
        <Icon :name="idle ? 'warning' : card.next.kind" /><span class="vb-clip">{{ what }}</span>
        <span v-if="due" class="vb-due" :class="'vb-due--' + due.tone"><span class="vb-sr">{{ words.say(due.tone === 'late' ? 'lateBy' : 'leftIs') }} </span>{{ due.text }}</span>
      </div>
      <div class="vb-foot">
        <span class="vb-avatar" :style="{ '--hue': hue }" aria-hidden="true">{{ person.initials }}</span>
        <span class="vb-clip vb-person" :title="person.name">{{ words.shortName(person.name) }}</span>
        <span v-if="card.open_tasks" class="vb-count" :class="card.overdue_tasks && 'vb-count--late'" :title="tasks"><Icon name="task" />{{ card.open_tasks }}<span class="vb-sr">{{ tasks }}</span></span>
        <span v-if="card.links" class="vb-count" :title="links"><Icon name="link" />{{ card.links }}<span class="vb-sr">{{ links }}</span></span>
        <span v-if="card.attention" class="vb-count vb-count--late" :title="words.say('attentionHint')"><Icon name="warning" /><span class="vb-sr">{{ words.say('attention') }}</span></span>
        <span class="vb-age" :title="words.say('since', { moment: words.moment(moved) })">{{ age }}</span>
      </div>
      <div v-if="mark && mark.name" class="vb-by">{{ words.shortName(mark.name) }}</div>
    </li>`,
  setup(props) {
    const board = inject("board");
    const { store, words } = board;
    const due = computed(() => (props.card.next?.at && props.card.status === "open" ? words.due(dueAt(props.card), store.now.value) : null));
    const idle = computed(() => isIdle(props.card));
    const what = computed(() => {
      if (idle.value || !props.card.next) return words.say("nothing");
      return words.text(props.card.next.title) || words.say(`next_${props.card.next.kind}`);
    });
    const moved = computed(() => Date.parse(props.card.moved_at));
    const days = computed(() => Math.max(0, Math.floor((store.now.value - moved.value) / 86_400_000)));
    return {
      board, words, due, idle, what, moved,
      address: computed(() => `/deals/${encodeURIComponent(props.card.id)}`),
      mark: computed(() => store.marks.get(props.card.id)),
      tone: computed(() => (due.value?.tone === "late" || props.card.overdue_tasks ? "late" : due.value?.tone)),
      amount: computed(() => (props.card.amount === null ? "" : words.money(Number(props.card.amount)))),
      whole: computed(() => [what.value, props.card.next?.at && words.moment(dueAt(props.card))].filter(Boolean).join(" · ")),
      person: computed(() => store.people.get(props.card.responsible) ?? { name: props.card.responsible, initials: "?" }),
      hue: computed(() => hueOf(props.card.responsible)),
      tasks: computed(() => words.plural("tasks", props.card.open_tasks) + (props.card.overdue_tasks ? `, ${words.say("lateOfThem", { count: props.card.overdue_tasks })}` : "")),
      links: computed(() => words.plural("linked", props.card.links)),
      age: computed(() => (days.value ? `${days.value}\u00a0${words.say("day")}` : words.say("today"))),
      open(event) {
        if (event.target.closest("a, button") || getSelection()?.toString()) return;
        if (event.ctrlKey || event.metaKey) window.open(event.currentTarget.querySelector("a").href);
        else event.currentTarget.querySelector("a").click();
      },
    };
  },
};

/** A colour for a person, the same everywhere. */
export function hueOf(id) {
  let hue = 7;
  for (const letter of String(id)) hue = (hue * 31 + letter.codePointAt(0)) % 360;
  return hue;
}
