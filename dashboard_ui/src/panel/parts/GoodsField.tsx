// What was chosen of what the shop sells, by name, with a search for more.

import { type Goods, type GoodsKind, MOST_GOODS } from "../api/goods";
import { useGoodsNames } from "../api/goodsQuestions";
import { Button } from "./Button";
import { GoodsSearch } from "./GoodsSearch";
import { Muted } from "./Muted";
import { say } from "../words/say";
import css from "./parts.module.css";

interface Props {
  kind: GoodsKind;
  label: string;
  note?: string | undefined;
  error?: string | undefined;
  value: readonly string[];
  /** How many may be chosen; with one, another takes its place. */
  most?: number;
  onChange: (ids: string[]) => void;
}

export function GoodsField(props: Props) {
  const { kind, label, note, error, value, most = MOST_GOODS, onChange } = props;
  const names = useGoodsNames(kind, value);
  const choose = ({ id }: Goods) => {
    onChange(most === 1 ? [id] : [...value, id]);
  };
  return (
    <div className="stack-small">
      {most > 1 && value.length >= most ? (
        <Muted>{say("parts.most", { label, count: most })}</Muted>
      ) : (
        <GoodsSearch {...{ kind, label, note, error }} chosen={value} onChoose={choose} />
      )}
      {value.length > 0 && (
        <ul className={css["goods-chosen"]} aria-label={say("parts.chosen", { label })}>
          {value.map((id) => {
            const name = names.data?.get(id) ?? (names.isSuccess ? say("parts.gone", { id }) : id);
            return (
              <li key={id} className="line">
                <span>{name}</span>
                <Button
                  size="small"
                  variant="tertiary"
                  type="button"
                  aria-label={say("parts.remove.of", { name })}
                  onClick={() => {
                    onChange(value.filter((one) => one !== id));
                  }}
                >
                  {say("parts.remove")}
                </Button>
              </li>
            );
          })}
        </ul>
      )}
    </div>
  );
}
