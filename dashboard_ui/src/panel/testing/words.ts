// Tests read what a page says in English.

import { speak } from "../words/say";

await speak("en", true);
