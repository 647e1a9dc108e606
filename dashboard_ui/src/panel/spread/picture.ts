// A picture as a file: its colours and letters are written into it, since it leaves the page's style sheet.

import { download } from "../parts/download";

const KEPT = [
  "fill",
  "fill-opacity",
  "stroke",
  "stroke-width",
  "stroke-dasharray",
  "stroke-opacity",
  "font-size",
  "font-weight",
] as const;
const MARGIN = 16;

/** A mixed colour is "color(srgb 0.1 0.2 0.3)", which few programs know outside of browsers. */
export function plainColour(value: string): string {
  const found = /^color\(srgb ([\d.e-]+) ([\d.e-]+) ([\d.e-]+)(?: \/ [\d.]+)?\)$/.exec(value);
  if (!found) return value;
  const parts = found.slice(1, 4).map((one) => Math.round(Number(one) * 255));
  return `rgb(${parts.join(", ")})`;
}

function written(svg: SVGSVGElement): string {
  const copy = svg.cloneNode(true) as SVGSVGElement;
  const originals = svg.querySelectorAll<SVGElement>("*");
  copy.querySelectorAll<SVGElement>("*").forEach((element, n) => {
    const original = originals[n];
    if (original === undefined) return;
    const style = getComputedStyle(original);
    for (const name of KEPT) element.setAttribute(name, plainColour(style.getPropertyValue(name)));
    element.removeAttribute("class");
  });
  copy.querySelectorAll("[data-cursor]").forEach((element) => {
    element.remove();
  });
  const width = svg.clientWidth + 2 * MARGIN;
  const height = svg.clientHeight + 2 * MARGIN;
  const paper = document.createElementNS("http://www.w3.org/2000/svg", "rect");
  const size = { x: -MARGIN, y: -MARGIN, width, height };
  for (const [name, value] of Object.entries(size)) paper.setAttribute(name, String(value));
  copy.setAttribute("width", String(width));
  copy.setAttribute("height", String(height));
  copy.setAttribute("viewBox", `${-MARGIN} ${-MARGIN} ${width} ${height}`);
  paper.setAttribute("fill", plainColour(getComputedStyle(document.body).backgroundColor));
  copy.prepend(paper);
  copy.setAttribute("xmlns", "http://www.w3.org/2000/svg");
  copy.setAttribute("font-family", "system-ui, sans-serif");
  return new XMLSerializer().serializeToString(copy);
}

/** Letters and digits of a title, as the name of a file. */
export function fileName(title: string): string {
  const name = title
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, "-")
    .replace(/^-+|-+$/g, "");
  return `${name || "picture"}.svg`;
}

export function downloadPicture(svg: SVGSVGElement, title: string): void {
  download(fileName(title), written(svg), "image/svg+xml");
}
