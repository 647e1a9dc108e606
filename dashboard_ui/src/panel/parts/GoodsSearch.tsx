// Finds what the shop sells by its name, while it is written: with the mouse, or arrows, Enter and Escape.

import { type KeyboardEvent, useId, useState } from "react";

import type { Goods, GoodsKind } from "../api/goods";
import { useGoodsFound } from "../api/goodsQuestions";
import { useLater } from "./useLater";
import { FieldError } from "./FieldError";
import { FoundGoods } from "./FoundGoods";
import { TroubleNotice } from "./TroubleNotice";

interface Props {
  kind: GoodsKind;
  label: string;
  note?: string | undefined;
  error?: string | undefined;
  /** What is chosen already, and not offered again. */
  chosen: readonly string[];
  onChoose: (goods: Goods) => void;
}

const REST_MS = 300;

export function GoodsSearch({ kind, label, note, error, chosen, onChoose }: Props) {
  const id = useId();
  const [written, setWritten] = useState("");
  const [at, setAt] = useState(0);
  const words = written.trim();
  const asked = useLater(words, REST_MS);
  const question = useGoodsFound(kind, asked);
  const isOpen = words !== "";
  const isSettled = words === asked && !question.isFetching;
  const found = (question.data ?? []).filter((one) => !chosen.includes(one.id));
  const place = Math.min(at, found.length - 1);
  const choose = (goods: Goods) => {
    setWritten("");
    setAt(0);
    onChoose(goods);
  };
  const press = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined && found.length > 0) {
      event.preventDefault();
      setAt((place + step + found.length) % found.length);
    } else if (event.key === "Enter" && isOpen) {
      event.preventDefault();
      const goods = found[place];
      if (goods && isSettled) choose(goods);
    } else if (event.key === "Escape") {
      setWritten("");
    }
  };
  const described = [note && `${id}-note`, error && `${id}-error`].filter(Boolean).join(" ");
  return (
    <div className="field">
      <label className="muted" htmlFor={id}>
        {label}
      </label>
      <input
        id={id}
        className="input"
        type="search"
        role="combobox"
        autoComplete="off"
        placeholder="Search by name"
        aria-autocomplete="list"
        aria-expanded={isOpen && found.length > 0}
        aria-controls={`${id}-found`}
        aria-activedescendant={isOpen && found[place] ? `${id}-${place}` : undefined}
        aria-invalid={error === undefined ? undefined : true}
        aria-describedby={described || undefined}
        value={written}
        onKeyDown={press}
        onChange={(event) => {
          setWritten(event.target.value);
          setAt(0);
        }}
      />
      {isOpen && question.isError && <TroubleNotice trouble={question.error} />}
      <FoundGoods
        id={id}
        label={label}
        goods={isOpen && !question.isError ? found : []}
        place={place}
        isNothing={isOpen && isSettled && question.isSuccess && found.length === 0}
        isSearching={isOpen && !isSettled}
        onChoose={choose}
      />
      {note !== undefined && (
        <span className="muted" id={`${id}-note`}>
          {note}
        </span>
      )}
      <FieldError id={`${id}-error`} error={error} />
    </div>
  );
}
