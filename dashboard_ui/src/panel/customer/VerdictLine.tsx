// The verdict in one line, with its sign.

import type { CustomerValue } from "../api/questions";
import { Text } from "../parts/Text";
import css from "./CustomerView.module.css";
import { verdictLine } from "./verdictLine";
import { VERDICTS } from "./words";

export function VerdictLine({ customer }: { customer: CustomerValue }) {
  const { icon: Icon } = VERDICTS[customer.verdict];
  return (
    <div className={css.verdict}>
      <Icon aria-hidden size={16} />
      <Text as="p" size={3} fontWeight="medium">
        {verdictLine(customer)}
      </Text>
    </div>
  );
}
