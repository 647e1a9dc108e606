// A handle that opens the profile at its network.

import { webAddress } from "./words";
import { say } from "../words/say";

export function HandleLink({ handle, url }: { handle: string; url: string }) {
  const address = webAddress(url);
  if (address === null) return <span className="handle">{handle}</span>;
  return (
    <a className="link handle" href={address} target="_blank" rel="noopener noreferrer nofollow">
      {handle}
      <span className="unseen"> {say("linked.window")}</span>
    </a>
  );
}
