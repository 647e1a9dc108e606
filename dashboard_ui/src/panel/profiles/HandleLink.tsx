// A handle that opens the profile at its network.

import { webAddress } from "./words";
import { say } from "../words/say";
import css from "./profiles.module.css";

export function HandleLink({ handle, url }: { handle: string; url: string }) {
  const address = webAddress(url);
  if (address === null) return <span className={css.handle}>{handle}</span>;
  return (
    <a
      className={`link ${css.handle}`}
      href={address}
      target="_blank"
      rel="noopener noreferrer nofollow"
    >
      {handle}
      <span className="unseen"> {say("linked.window")}</span>
    </a>
  );
}
