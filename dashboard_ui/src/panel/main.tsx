// Puts the screen that the path names into the page, inside the Dashboard's session.

import "./macaw.css";
import "./style.css";

import { StrictMode } from "react";
import { createRoot } from "react-dom/client";

import { Framed } from "./Framed";
import { Outside } from "./Outside";
import { fetchScreen } from "./Screen";

const root = document.getElementById("root");
if (root === null) throw new Error("index.html has no #root.");

fetchScreen(window.location.pathname);

createRoot(root).render(
  <StrictMode>{window.parent === window ? <Outside /> : <Framed />}</StrictMode>,
);
