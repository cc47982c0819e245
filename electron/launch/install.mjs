// Installs the pinned packages where something is missing; does nothing otherwise.
import { install } from "./ground.mjs";

install();
