import { makeSampleTask, type SampleTask } from "../../electron/practice/sample-tasks.ts";

/** The moment all bench tasks are made from: the same number makes the same task in every run and every process. */
const MADE_AT = Date.UTC(2026, 10, 23, 9);
/** Each of the thirty sample goods comes in so many sizes and colours: a warehouse of 3,000 products. */
const VARIANTS = 100;

const eanOf = (body: string): string => {
  const sum = [...body].reduce((total, digit, index) => total + Number(digit) * (index % 2 === 0 ? 1 : 3), 0);
  return body + String((10 - (sum % 10)) % 10);
};

/** Bench task number `sequence` (from 1), as OMS4 sends it. */
export const makeBenchTask = (sequence: number): SampleTask => {
  const { raw, trackingNo, way } = makeSampleTask(sequence, MADE_AT);
  const variant = (sequence * 7) % VARIANTS;
  const task_details = raw.task_details.map((detail) => ({
    ...detail,
    brand_sku_code: `${String(detail["brand_sku_code"])}-${variant}`,
    seller_sku_code: `${String(detail["seller_sku_code"])}-${variant}`,
    sku_name: `${String(detail["sku_name"])}, no. ${variant}`,
    barcode: eanOf(`${String(detail["barcode"]).slice(0, 5)}${String(variant).padStart(3, "0")}${String(detail["barcode"]).slice(8, 12)}`),
  }));
  return { raw: { ...raw, task_details }, trackingNo, way };
};

/** What a packer scans to pack a whole task: each unit's barcode, line by line. */
export const unitCodes = ({ raw }: SampleTask): readonly string[] =>
  raw.task_details.flatMap((detail) => Array.from({ length: detail.qty ?? 1 }, () => String(detail["barcode"])));
