/** The least a station could do: Node up, the database open and read once, a port listened on, a line printed. */
import SqliteDriver from "better-sqlite3";
import { createServer } from "node:http";

const driver = new SqliteDriver(process.argv[2]);
driver.pragma("journal_mode = WAL");
driver.pragma("synchronous = FULL");
const row = driver.prepare("select count(*) as n from identity").get();
createServer().listen(0, "127.0.0.1", () => process.stdout.write(`${JSON.stringify({ ready: true, row })}\n`));
process.once("SIGTERM", () => process.exit(0));
