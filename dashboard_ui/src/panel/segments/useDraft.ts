// A draft with its past, so that changes that are not saved yet can be taken back one by one.

import { useReducer } from "react";

import type { Draft } from "./draft";

export interface State {
  /** As it is stored; empty for what is not stored yet. */
  saved: Draft;
  /** To which all changes can be taken back. */
  begin: Draft;
  past: Draft[];
  now: Draft;
  /** The field that changed last: typing on in it is one change. */
  field: string | null;
}

type Action =
  | { kind: "change"; field: string; part: Partial<Draft> }
  | { kind: "undo" }
  | { kind: "discard" }
  | { kind: "saved"; draft: Draft };

const MOST_STEPS = 100;

export function reduce(state: State, action: Action): State {
  switch (action.kind) {
    case "change": {
      const now = { ...state.now, ...action.part };
      const past =
        action.field === state.field ? state.past : [...state.past, state.now].slice(-MOST_STEPS);
      return { ...state, past, now, field: action.field };
    }
    case "undo": {
      const before = state.past.at(-1);
      if (before === undefined) return state;
      return { ...state, past: state.past.slice(0, -1), now: before, field: null };
    }
    case "discard":
      return { ...state, past: [...state.past, state.now], now: state.begin, field: null };
    case "saved":
      return { saved: action.draft, begin: action.draft, past: [], now: action.draft, field: null };
  }
}

function isSame(one: Draft, other: Draft): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

export function useDraft(saved: Draft, begin: Draft) {
  const first: State = { saved, begin, past: [], now: begin, field: null };
  const [state, dispatch] = useReducer(reduce, first);
  return {
    draft: state.now,
    isChanged: !isSame(state.now, state.saved),
    canDiscard: !isSame(state.now, state.begin),
    canUndo: state.past.length > 0,
    change: (field: string, part: Partial<Draft>) => {
      dispatch({ kind: "change", field, part });
    },
    undo: () => {
      dispatch({ kind: "undo" });
    },
    discard: () => {
      dispatch({ kind: "discard" });
    },
    markSaved: (draft: Draft) => {
      dispatch({ kind: "saved", draft });
    },
  };
}
