// Puts the screen that the path names into the page, in the browser's language until the Dashboard says its own.

import "./macaw.css";
import "./style.css";

import { StrictMode } from "react";
import { createRoot } from "react-dom/client";

import { isPage } from "./bridge/place";
import { Framed } from "./Framed";
import { Outside } from "./Outside";
import { fetchScreen } from "./Screen";
import { speak } from "./words/say";

const { location, navigator, parent } = window;
const root = document.getElementById("root");
if (root === null) throw new Error("index.html has no #root.");

fetchScreen(location.pathname);
speak(navigator.language, isPage(location.pathname)).then(
  () => {
    createRoot(root).render(
      <StrictMode>{parent === window ? <Outside /> : <Framed />}</StrictMode>,
    );
  },
  () => {
    root.textContent = "This could not be loaded. Reload the page.";
  },
);
