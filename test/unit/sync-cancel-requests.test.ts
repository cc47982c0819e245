import { expect, test } from "vitest";
import { cancelRequestsSchema } from "../../electron/sync/schemas.ts";

const request = (ftNo: string, more: Readonly<Record<string, unknown>> = {}) => ({
  ft_no: ftNo,
  requested_Time: 1_795_000_000,
  handling_Result: "",
  reply_Time: "",
  status: "OPEN",
  items: [],
  ...more,
});

test.each([{ items: "" }, { items: [{ task_detail_id: "1", qty: "all" }] }])(
  "an odd request (%o) hides no other, and holds its own task",
  (odd) => {
    const read = cancelRequestsSchema.parse([request("FT1"), request("FT2", odd), request("FT3", { status: "CLOSE", ...odd })]);
    expect(read.map(({ ftNo, open }) => `${ftNo} ${open ? "open" : "answered"}`)).toEqual(["FT1 open", "FT2 open", "FT3 answered"]);
    expect(read[2]).toMatchObject({ result: "unreadable", items: [], requestedAt: read[0]?.requestedAt });
  },
);

test("a request that names no task is nobody's", () => {
  expect(cancelRequestsSchema.parse([{ status: "OPEN" }, null, "FT1", request("FT1")]).map(({ ftNo }) => ftNo)).toEqual(["FT1"]);
});
