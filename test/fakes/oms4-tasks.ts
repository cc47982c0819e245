import { z } from "zod";
import type { RawTask } from "../../electron/practice/oms4-state.ts";

/** One line of a test task. `qty` left out: OMS4 sends none, which means 1. */
export const testLineSchema = z.object({
  sku: z.string(),
  qty: z.int().positive().optional(),
  barcode: z.string().optional(),
  brand: z.string().default("BR01"),
  seller: z.string().default(""),
  name: z.string().default(""),
});

export const testTaskSchema = z.object({
  ftNo: z.string(),
  way: z.enum(["single", "split", "own"]).default("single"),
  lines: z.array(testLineSchema).min(1),
  orderNo: z.string().optional(),
  /** single: its label's tracking number; made from the ft_no when left out */
  trackingNo: z.string().optional(),
  /** single: how long after now its label appears, ms; null for never */
  labelAfterMs: z.int().nullable().default(0),
  /** ms since epoch */
  shipBy: z.number().optional(),
  /** raw fields over the made ones */
  raw: z.record(z.string(), z.unknown()).default({}),
});
export type TestTask = z.input<typeof testTaskSchema>;

/** A number for each task, so that detail ids differ between tasks; they are numbers, as the documentation shows them. */
const numberOf = (ftNo: string): number => [...ftNo].reduce((sum, letter) => (sum * 31 + (letter.codePointAt(0) ?? 0)) % 9_000_000, 7);

/** The detail id that line `index` of a task gets. */
export const detailIdOf = (ftNo: string, index: number): string => String(numberOf(ftNo) * 100 + index + 1);

export const makeTestTask = (given: TestTask, now: number): Readonly<{ raw: RawTask; trackingNo: string; labelAt: number | null }> => {
  const task = testTaskSchema.parse(given);
  const { ftNo, way } = task;
  const raw: RawTask = {
    ft_no: ftNo,
    fp_name: "Test fulfillment point",
    created_time: now,
    updated_time: now,
    status: "NEW",
    allow_ft_split: way === "split" ? 1 : 0,
    order_no: task.orderNo ?? `ORD-${ftNo}`,
    sc_type: "Shopee",
    sales_channel: "Shopee SG",
    order_created_time: now,
    packing_instruction: "",
    delivery_instruction: "",
    ship_by_date: task.shipBy ?? now + 3_600_000,
    cross_border: 0,
    country: "SG",
    state: "",
    city: "Singapore",
    district: "Bedok",
    address: "Blk 121 Bedok North Ave 3 #08-212",
    postcode: "460121",
    name: "Tan Wei Ling",
    organization: "",
    phone: "+65 8123 4501",
    email: "",
    delivery_carrier: way === "own" ? null : "J&T Express",
    delivery_type: way === "own" ? null : "Standard",
    avail_delivery_carrier:
      way === "own"
        ? [
            { name: "Own fleet", id: 301 },
            { name: "GoGo Courier", value: 302 },
          ]
        : [],
    task_details: task.lines.map((line, index) => ({
      order_item_status: "READY",
      order_item_id: Number(detailIdOf(ftNo, index)) + 5_000,
      task_detail_id: Number(detailIdOf(ftNo, index)),
      seller_sku_code: line.seller,
      brand_code: line.brand,
      brand_sku_code: line.sku,
      sku_name: line.name === "" ? `Item ${line.sku}` : line.name,
      ...(line.qty === undefined ? {} : { qty: line.qty }),
      ...(line.barcode === undefined ? {} : { barcode: line.barcode }),
    })),
    ...task.raw,
  };
  const trackingNo = way === "single" ? (task.trackingNo ?? `JT${numberOf(ftNo)}SG`) : "";
  return { raw, trackingNo, labelAt: way === "single" && task.labelAfterMs !== null ? now + task.labelAfterMs : null };
};

/** A valid PDF of 100 × 150 mm with a line of text, made by hand because a test needs hundreds of them at once. */
export const tinyPdf = (text: string): Uint8Array => {
  const content = `BT /F1 18 Tf 20 380 Td (${text.replaceAll(/[()\\]/g, " ")}) Tj ET`;
  const objects = [
    "<< /Type /Catalog /Pages 2 0 R >>",
    "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
    "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 283.46 425.2] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
    `<< /Length ${content.length} >>\nstream\n${content}\nendstream`,
    "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
  ];
  let pdf = "%PDF-1.4\n";
  const offsets = objects.map((object, index) => {
    const at = pdf.length;
    pdf += `${index + 1} 0 obj\n${object}\nendobj\n`;
    return at;
  });
  const start = pdf.length;
  pdf += `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${offsets.map((at) => `${String(at).padStart(10, "0")} 00000 n \n`).join("")}`;
  pdf += `trailer\n<< /Size ${objects.length + 1} /Root 1 0 R >>\nstartxref\n${start}\n%%EOF\n`;
  return Buffer.from(pdf, "latin1");
};
