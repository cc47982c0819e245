import { overElectron, overLoopback, overRouter } from "./open-ways.ts";
import { contractSuite } from "./suite.ts";

contractSuite("the bare router", overRouter);
contractSuite("the loopback socket", overLoopback);
contractSuite("Electron's main and preload", overElectron);
