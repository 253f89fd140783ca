// Where a card may go, without dragging: by keyboard, and on a phone.
import { computed, inject, nextTick, onMounted, ref } from "vue";
import { Icon } from "./icons.js";

export default {
  components: { Icon },
  props: { card: Object, at: Object }, // at: the rectangle beside which the menu opens
  template: `
    <div class="vb-veil" @pointerdown.self="board.closeMenu()">
      <div ref="menu" class="vb-menu" role="menu" :aria-label="words.say('menuOf', { title: card.title })" :style="place" @keydown="keys">
        <a role="menuitem" tabindex="-1" :href="'/deals/' + card.id">{{ words.say('openCard') }}</a>
        <p>{{ words.say('moveTo') }}</p>
        <template v-for="(group, n) in groups" :key="n">
          <hr v-if="n && group.length">
          <button v-for="stage in group" :key="stage.id" type="button" role="menuitem" tabindex="-1" :disabled="stage.id === card.stage" @click="board.moveTo(card.id, stage.id)">
            <i :style="{ '--stage': board.hueOf(stage) }"><Icon v-if="stage.kind !== 'open'" :name="stage.kind === 'won' ? 'won' : 'close'" /></i>
            <span>{{ words.text(stage.title) }}</span><small v-if="stage.id === card.stage">{{ words.say('here') }}</small>
          </button>
        </template>
      </div>
    </div>`,
  setup(props) {
    const board = inject("board");
    const menu = ref(null);
    const place = ref({ visibility: "hidden" });
    const items = () => [...menu.value.querySelectorAll("a, button:not(:disabled)")];
    onMounted(async () => {
      await nextTick();
      const { offsetWidth: width, offsetHeight: height } = menu.value;
      const left = Math.max(8, Math.min(props.at.right - width, innerWidth - width - 8));
      const below = props.at.bottom + 4 + height <= innerHeight - 8;
      const top = below ? props.at.bottom + 4 : Math.max(8, Math.min(props.at.top, innerHeight - height - 8));
      place.value = { left: `${left}px`, top: `${top}px` };
      await nextTick();
      items()[1]?.focus();
    });
    const ways = { ArrowDown: 1, ArrowUp: -1 };
    return {
      board, words: board.words, menu, place,
      groups: computed(() => {
        const targets = board.store.stages.value.filter((stage) => !stage.retired);
        const open = props.card.status === "open";
        return open ? ["open", "won", "lost"].map((kind) => targets.filter((stage) => stage.kind === kind)) : [targets.filter((stage) => stage.kind === "open")];
      }),
      keys(event) {
        if (event.code === "Escape" || event.code === "Tab") { event.preventDefault(); event.stopPropagation(); board.closeMenu(); }
        if (!(event.code in ways)) return;
        event.preventDefault();
        const all = items();
        all[(all.indexOf(document.activeElement) + ways[event.code] + all.length) % all.length].focus();
      },
    };
  },
};
