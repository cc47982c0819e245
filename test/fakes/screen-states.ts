import { noCount } from "../../shared/count.ts";
import type { LineView, ParcelView, TaskView } from "../../shared/bench-view.ts";
import type { ScaleView } from "../../shared/device-view.ts";
import type { MilestoneView, Snapshot } from "../../shared/station.ts";
import type { Trouble } from "../../shared/trouble.ts";
import type { PrintState } from "../../shared/parcel.ts";
import { verdictLooks, type Verdict, type VerdictKind } from "../../shared/scan.ts";
import { countStates } from "./screen-count.ts";

const MINUTE_MS = 60_000;

type Rungs = ParcelView["ladder"];

const ladder = (states: readonly Rungs[number]["state"][]): Rungs =>
  (["here", "checked", "sent", "printed", "scanned"] as const).map((name, index) => ({ name, state: states[index] ?? "todo" }));

export const line = (detailId: string, name: string, more: Partial<LineView> = {}): LineView => ({
  detailId,
  name,
  brandCode: "BR03",
  brandSkuCode: `SKU-00${detailId.slice(-2)}`,
  sellerSkuCode: "",
  barcodes: [`88500012345${detailId.slice(-2)}`],
  imageUrl: null,
  qty: 1,
  packed: 0,
  state: "todo",
  takeOut: 0,
  ...more,
});

export const parcel = (sequence: number, more: Partial<ParcelView> & { print?: PrintState | null } = {}): ParcelView => ({
  parcelNo: `PB-B1-20261123-00${40 + sequence}`,
  ftNo: "FT00000118",
  sequence,
  state: "closed",
  units: 3,
  carton: "M",
  weightKg: 1.24,
  size: "30 × 20 × 15 cm",
  cost: null,
  carrier: "J&T Express",
  deliveryType: "Standard",
  trackingNo: `JT90000011${sequence}`,
  closedAt: 0,
  report: "sent",
  print: "printed",
  copies: 1,
  ladder: ladder(["done", "done", "done", "done", "todo"]),
  words: "label printed",
  label: "fine",
  ...more,
});

const lines: readonly LineView[] = [
  line("501", "Thermal gloves, size M", { qty: 3, packed: 1, state: "next" }),
  line("502", "Notebook A5, dotted"),
  line("503", "Blue mug 350 ml", { qty: 2, packed: 2, state: "done" }),
];

export const receiver: TaskView["receiver"] = {
  name: "Nguyễn Thị Hồng Ánh",
  organization: "Hồng Trading Pte Ltd",
  phone: "+65 8123 4501",
  address: "Blk 121 Bedok North Ave 3 #08-212",
  district: "Bedok",
  city: "Singapore",
  state: "",
  postcode: "460121",
  country: "SG",
};

export const task = (now: number, more: Partial<TaskView> = {}): TaskView => ({
  ftNo: "FT00000121",
  orderNo: "ORD00000121",
  salesChannel: "Shopee SG",
  way: "single",
  maySplit: false,
  shipBy: now + 12.5 * MINUTE_MS,
  receiver,
  fpName: "Jurong Fulfillment",
  status: "NEW",
  itemStatuses: ["READY"],
  carrier: "J&T Express",
  deliveryType: "Standard",
  carrierId: null,
  availableCarriers: [],
  packingInstruction: "Fragile: use a double box",
  deliveryInstruction: "",
  acknowledged: true,
  lines: [...lines],
  parcels: [parcel(1, { state: "open", words: "open", print: null, copies: 0, units: 3, ladder: ladder(["done", "now"]) })],
  currentParcel: 1,
  quantityNext: 1,
  unitsLeft: 3,
  openedAt: now - MINUTE_MS,
  cancellation: null,
  stopped: null,
  putBack: [],
  ...more,
});

export const verdict = (kind: VerdictKind, title: string, text: string, at: number): Verdict => ({
  kind,
  ...verdictLooks[kind],
  title,
  text,
  ftNo: null,
  detailId: null,
  at,
});

const waiting = (now: number): Snapshot["waiting"] => ({
  count: 46,
  next: [
    {
      ftNo: "FT00000115",
      orderNo: "ORD115",
      salesChannel: "Lazada MY",
      units: 1,
      carrier: "Ninja Van",
      way: "single",
      shipBy: now - 5.5 * MINUTE_MS,
      started: true,
    },
    {
      ftNo: "FT00000121",
      orderNo: "ORD121",
      salesChannel: "Shopee SG",
      units: 3,
      carrier: "J&T Express",
      way: "single",
      shipBy: now + 12.5 * MINUTE_MS,
      started: false,
    },
    {
      ftNo: "FT00000124",
      orderNo: "ORD124",
      salesChannel: "Tiktok",
      units: 6,
      carrier: "SPX",
      way: "split",
      shipBy: now + 130.5 * MINUTE_MS,
      started: false,
    },
    { ftNo: "FT00000119", orderNo: "ORD119", salesChannel: "General", units: 2, carrier: "", way: "own", shipBy: null, started: false },
    {
      ftNo: "FT00000130",
      orderNo: "ORD130",
      salesChannel: "Shopify",
      units: 2,
      carrier: "DHL eCommerce",
      way: "single",
      shipBy: now + 1600 * MINUTE_MS,
      started: false,
    },
    {
      ftNo: "FT00000131",
      orderNo: "ORD131",
      salesChannel: "Shopify",
      units: 12,
      carrier: "DHL eCommerce",
      way: "single",
      shipBy: now + 1700 * MINUTE_MS,
      started: false,
    },
    {
      ftNo: "FT00000132",
      orderNo: "ORD132",
      salesChannel: "Shopee SG",
      units: 1,
      carrier: "J&T Express",
      way: "single",
      shipBy: now + 1800 * MINUTE_MS,
      started: false,
    },
    {
      ftNo: "FT00000133",
      orderNo: "ORD133",
      salesChannel: "Shopee SG",
      units: 4,
      carrier: "J&T Express",
      way: "split",
      shipBy: now + 1900 * MINUTE_MS,
      started: false,
    },
  ],
});

export const base = (now: number): Snapshot => ({
  revision: 1,
  phase: "ready",
  mode: "live",
  stationId: "Bench 7",
  packer: "03",
  version: "0.1.0",
  scanSeq: 0,
  verdict: null,
  online: true,
  oms4: { health: "fine", words: "OMS4", lastSyncAt: now, skewMs: 0 },
  printer: { health: "fine", words: "Zebra ZD421 · ready" },
  scanner: { health: "fine", words: "Scanner · HID-POS" },
  scannerLayout: "auto",
  scannerReads: [],
  scale: null,
  outbox: { health: "fine", words: "All sent", waiting: 0, parked: 0 },
  disk: { health: "fine", words: "9,120 MB free" },
  activity: "packing",
  handedOver: 0,
  milestone: null,
  supervisor: { pinSet: false, until: null },
  task: null,
  scanBack: null,
  lastParcels: [
    parcel(3, { ladder: ladder(["done", "done", "done", "unknown", "todo"]), print: "accepted", words: "printer has the label" }),
    parcel(2, { carrier: "Ninja Van", trackingNo: "NV0000012", copies: 2 }),
    parcel(1, {
      carrier: "Own fleet",
      trackingNo: "",
      report: "parked",
      print: "failed",
      words: "label did not print",
      ladder: ladder(["done", "done", "failed"]),
    }),
  ],
  labels: { waiting: [], waitingCount: 0, ready: [], readyCount: 0, toScan: [], toScanCount: 0 },
  waiting: waiting(now),
  held: { count: 0, next: [] },
  today: { parcels: 132, secondsPerOrder: 34, wrongStopped: 4 },
  count: noCount,
  teaching: null,
  troubles: [],
  troubleMarked: 0,
  reasonAsked: null,
  givingUp: null,
  wish: null,
  storage: null,
  theme: "dark",
  sound: true,
});

export const troubles = (now: number): readonly Trouble[] => [
  {
    id: "print:7",
    source: "print",
    title: "Shipping label: did it come out?",
    about: "PB-B1-20261123-0043 · FT00000118",
    failure: { kind: "print-unknown", detail: "The station stopped while the label was on its way to cups:zebra." },
    at: now - 3 * MINUTE_MS,
    actions: ["printed", "reprint", "discard"],
  },
  {
    id: "outbox:12",
    source: "outbox",
    title: "Parcel packed is not at OMS4",
    about: "FT00000117 · PB-B1-20261123-0040",
    failure: { kind: "oms4-refused", detail: 'OMS4 says 4003: "ft_detail_id 88 is not of this task".' },
    at: now - 8 * MINUTE_MS,
    actions: ["retry", "correct", "discard"],
    fields: [
      { name: "weight", label: "Weight (kg)", value: "", choices: [] },
      { name: "actual_delivery_partner", label: "Carrier", value: "Own fleet", choices: [] },
      { name: "actual_delivery_type", label: "Delivery type", value: "Standard", choices: ["Standard", "Economic", "Premium"] },
      { name: "tracking_no", label: "Tracking number", value: "PB-B1-20261123-0040", choices: [] },
    ],
  },
  {
    id: "set-aside:3",
    source: "set-aside",
    title: "Fulfillment task could not be read",
    about: "FT00000188",
    failure: { kind: "answer-unreadable", detail: "task_details: expected array, received string" },
    at: now - 40 * MINUTE_MS,
    actions: ["discard"],
  },
];

const scale = (more: Partial<ScaleView>): ScaleView => ({
  health: "fine",
  words: "Scale · 1.250 kg",
  state: "steady",
  kg: 1.25,
  tareKg: 0,
  waiting: false,
  expectedKg: null,
  ...more,
});

const packing = (now: number, more: Partial<Snapshot>, open: Partial<TaskView> = {}): Snapshot => ({
  ...base(now),
  phase: "packing",
  task: task(now, open),
  scanSeq: 4,
  ...more,
});

const LONG =
  "Extra long product name with every option spelled out: stainless steel insulated vacuum bottle, 1,000 ml, midnight blue, with two lids, a brush, a carrying loop and a printed gift box for the new year";
const CHINESE = "【官方正品】加厚保暖防水防滑触屏骑行手套男女冬季户外运动滑雪登山摩托车电动车专用五指全指款式加大码黑色";
const THAI = "ถุงมือกันหนาวกันน้ำสำหรับขี่มอเตอร์ไซค์และเดินป่า รุ่นพิเศษ สีดำ ไซซ์ใหญ่ พร้อมกล่องของขวัญ";
const ARABIC = "قفازات حرارية مقاومة للماء للرجال والنساء، مقاس كبير، لون أسود، مع علبة هدايا";

/** Every state of the screens, by name. */
const milestone = (more: Partial<MilestoneView> = {}): MilestoneView => ({
  milestone: "SHIPPING",
  command: "CMDHANDOVER",
  title: "Handover",
  done: "Handed over",
  scan: "each parcel that leaves",
  told: 17,
  last: [1, 2, 3, 4, 5, 6, 7, 8].map((number) => ({
    code: number === 3 ? "NOBODY-KNOWS-THIS-ONE" : `PB-B1-20261123-00${40 + number}`,
    ftNo: number === 3 ? "" : `FT0000011${number}`,
    carrier: number === 3 ? "" : "J&T Express",
    ok: number !== 3 && number !== 6,
    words: number === 3 ? "No parcel NOBODY-KNOWS-THIS-ONE" : number === 6 ? "This parcel is handed over already" : "Handed over",
  })),
  ...more,
});

const toScan = (more: Partial<ParcelView> = {}): ParcelView =>
  parcel(1, {
    parcelNo: "PBUNWWMWTSDY8H",
    label: "unscanned",
    words: "label printed · scan it on the box",
    ladder: ladder(["done", "done", "done", "done", "now"]),
    ...more,
  });

export const screenStates: Readonly<Record<string, (now: number) => Snapshot>> = {
  ready: (now) => ({
    ...base(now),
    scanSeq: 3,
    verdict: verdict("task-done", "Done · FT00000118", "1 parcel · J&T JT900000118 · label printed · 31 s", now),
  }),
  labels: (now) => ({
    ...base(now),
    scanSeq: 9,
    verdict: verdict(
      "tracking-changed",
      "STOP · wrong label on PBUNWWMWTSDY8J",
      "Its tracking number is JT900000119SG now, not JT900000118SG. Pull the parcel, destroy its label, scan REPRINT.",
      now,
    ),
    labels: {
      waiting: [
        { parcelNo: "PBUNWWMWTSDY8A", ftNo: "FT00000101", since: now - 11 * MINUTE_MS, parked: true },
        { parcelNo: "PBUNWWMWTSDY8B", ftNo: "FT00000102", since: now - 3 * MINUTE_MS, parked: true },
        { parcelNo: "PBUNWWMWTSDY8C", ftNo: "FT00000103", since: now - 0.2 * MINUTE_MS, parked: false },
      ],
      waitingCount: 17,
      ready: ["PBUNWWMWTSDY8D", "PBUNWWMWTSDY8E", "PBUNWWMWTSDY8F"],
      readyCount: 5,
      toScan: [{ parcelNo: "PBUNWWMWTSDY8G", ftNo: "FT00000104", trackingNo: "JT900000104" }],
      toScanCount: 1,
    },
    lastParcels: [
      parcel(3, { print: null, label: "late", words: "parked · waiting for the label · 3 min", ladder: ladder(["now"]) }),
      parcel(2, { print: "printed", label: "changed", words: "wrong label on the box: scan it, then REPRINT" }),
      parcel(1, { print: null, label: "parked", words: "label is here: scan the box's slip", ladder: ladder(["done", "now"]) }),
    ],
  }),
  "scan-back": (now) => ({
    ...base(now),
    phase: "closing",
    scanSeq: 5,
    verdict: { ...verdict("task-done", "Paste the label, scan it", "FT00000118 · parcel 1 is packed · JT900000118.", now), tone: "info" },
    scanBack: toScan(),
    lastParcels: [toScan()],
  }),
  "scan-back-practice": (now) => ({
    ...base(now),
    mode: "practice",
    phase: "closing",
    scanBack: toScan({
      trackingNo: "420460121JT900000118SG00012345",
      print: "failed",
      words: "label did not print",
      ladder: ladder(["done", "done", "failed"]),
    }),
    lastParcels: [toScan()],
  }),
  "wrong-label": (now) => ({
    ...base(now),
    phase: "closing",
    scanSeq: 6,
    verdict: verdict(
      "wrong-label",
      "STOP · another parcel's label",
      "It belongs to PBUNWWMWTSDY8G (FT00000104), not to PBUNWWMWTSDY8H. Take it off and paste the right one. Is it another box in your hands? Scan LATER first.",
      now,
    ),
    scanBack: toScan(),
    lastParcels: [toScan()],
    labels: {
      ...base(now).labels,
      toScan: [{ parcelNo: "PBUNWWMWTSDY8G", ftNo: "FT00000104", trackingNo: "JT900000104" }],
      toScanCount: 1,
    },
  }),
  "scan-back-split": (now) =>
    packing(now, {
      phase: "closing",
      verdict: {
        ...verdict("parcel-closed", "Paste the label, scan it", "FT00000121 · parcel 1 is packed · SPXSG000000001212.", now),
        tone: "info",
      },
      scanBack: toScan(),
    }),
  first: base,
  ...countStates(base, [LONG, CHINESE, THAI, ARABIC]),
  practice: (now) => ({
    ...base(now),
    mode: "practice",
    scanner: { health: "careful", words: "No HID scanner: keyboard mode" },
    printer: { health: "careful", words: "No printer chosen" },
  }),
  empty: (now) => ({
    ...base(now),
    waiting: { count: 0, next: [] },
    scanBack: null,
    lastParcels: [],
    today: { parcels: 0, secondsPerOrder: null, wrongStopped: 0 },
  }),
  packing: (now) =>
    packing(now, {
      verdict: verdict("item-ok", "Blue mug 350 ml · 2 of 2", "2 lines to go", now),
      online: false,
      oms4: { health: "careful", words: "Offline", lastSyncAt: now, skewMs: 0 },
      outbox: { health: "careful", words: "3 to send", waiting: 3, parked: 0 },
    }),
  teach: (now) =>
    packing(now, {
      verdict: verdict(
        "command-ok",
        "Teach 18850001234996",
        "Each scan of it: 12 units, a case. Scan the product's own barcode, or key its line number. LEAVE stops it.",
        now,
      ),
      teaching: { code: "18850001234996", quantity: 12 },
    }),
  "packing-practice": (now) =>
    packing(
      now,
      { mode: "practice", verdict: verdict("task-opened", "FT00000121 · 6 items", "Read the instruction, then scan the items.", now) },
      {
        acknowledged: false,
        deliveryInstruction: "Leave with the concierge",
        packingInstruction: "Fragile: use a double box and put the card on top",
      },
    ),
  wrong: (now) =>
    packing(now, {
      verdict: verdict(
        "wrong-item",
        "Wrong item: Green mug 350 ml",
        "This order wants the blue mug. Put the green one back and scan the blue one.",
        now,
      ),
      printer: { health: "broken", words: "Zebra ZD421 · paper out" },
    }),
  over: (now) =>
    packing(now, {
      verdict: verdict("over-scan", "One too many: Blue mug 350 ml", "2 of 2 are in the box already. Put this one back.", now),
    }),
  cancelled: (now) =>
    packing(
      now,
      {
        verdict: verdict(
          "cancelled",
          "STOP · one line was cancelled",
          "Take the gloves out and scan them back; then go on with the rest.",
          now,
        ),
      },
      {
        cancellation: { ctNo: "CT00000031", at: now },
        lines: [
          line("501", "Thermal gloves, size M", { state: "cancelled", qty: 3, packed: 1, takeOut: 1 }),
          line("502", "Notebook A5, dotted", { state: "next" }),
          line("504", "Sticker set", { state: "cancelled" }),
        ],
      },
    ),
  refused: (now) =>
    packing(now, { verdict: verdict("command-ok", "Quantity 5", "The next scan packs 5. Scan the item once.", now) }, { quantityNext: 5 }),
  split: (now) =>
    packing(
      now,
      { verdict: verdict("parcel-closed", "Parcel 2 closed · parcel 3 begins", "4 items to go", now) },
      {
        way: "split",
        maySplit: true,
        currentParcel: 3,
        parcels: [
          parcel(1, { carton: "L" }),
          parcel(2, { words: "waiting for the label · 12 s", print: null, copies: 0, ladder: ladder(["now"]), report: "sent" }),
          parcel(3, { state: "open", words: "open", units: 1, carton: null, print: null, copies: 0, ladder: ladder(["todo"]) }),
        ],
      },
    ),
  own: (now) =>
    packing(
      now,
      { verdict: verdict("task-opened", "FT00000119 · 2 items", "Scan the items.", now) },
      {
        way: "own",
        carrier: "Own fleet",
        availableCarriers: [
          { id: "C1", name: "Own fleet" },
          { id: "C2", name: "City Couriers" },
          { id: "C3", name: "GrabExpress" },
        ],
        carrierId: "C1",
        packingInstruction: "",
      },
    ),
  closing: (now) =>
    packing(
      now,
      { phase: "closing", verdict: verdict("item-ok", "Notebook A5, dotted · 1 of 1", "Everything is in: scan FINISH", now) },
      { maySplit: true, way: "split", lines: lines.map((one) => ({ ...one, packed: one.qty, state: "done" as const })), unitsLeft: 0 },
    ),
  held: (now) => ({
    ...base(now),
    scanSeq: 5,
    verdict: verdict(
      "command-ok",
      "FT00000121 is on hold",
      "Put it aside. Why? 1 DAMAGED, 2 MISSING, 3 QUESTION, 4 OTHER. Or scan the next task.",
      now,
    ),
    reasonAsked: { command: "CMDHOLD", about: "FT00000121" },
    held: {
      count: 5,
      next: [
        { ftNo: "FT00000121", reason: "" },
        { ftNo: "FT00000101", reason: "DAMAGED (an item is damaged)" },
        { ftNo: "FT00000102", reason: LONG },
      ],
    },
  }),
  weighing: (now) =>
    packing(
      now,
      {
        phase: "closing",
        verdict: verdict("item-ok", "Notebook A5, dotted · 1 of 1", "Everything is in: the box goes on the scale.", now),
        scale: scale({ state: "moving", kg: 1.254, words: "Scale · 1.254 kg · moving", waiting: true }),
      },
      { lines: lines.map((one) => ({ ...one, packed: one.qty, state: "done" as const })), unitsLeft: 0 },
    ),
  "weight-off": (now) =>
    packing(
      now,
      {
        phase: "closing",
        verdict: verdict(
          "weight-off",
          "Weight is off: 1.654 kg, not 1.250 kg",
          "Check what is in the box. If it is right, a supervisor says why: 1 NEWBOX, 2 GIFT, 3 GOODS, 4 SCALE.",
          now,
        ),
        reasonAsked: { command: "CMDWEIGHTOK", about: "FT00000121" },
        scale: scale({ kg: 1.654, words: "Scale · 1.654 kg", waiting: true, expectedKg: 1.25, tareKg: 0.2 }),
      },
      { lines: lines.map((one) => ({ ...one, packed: one.qty, state: "done" as const })), unitsLeft: 0 },
    ),
  "scale-gone": (now) =>
    packing(now, {
      scale: scale({ health: "broken", state: null, kg: null, words: "Scale · It is unplugged." }),
    }),
  "scale-earlier": (now) => packing(now, { scale: scale({ state: "earlier", kg: 1.25 }) }),
  many: (now) =>
    packing(
      now,
      { verdict: verdict("item-ok", "Item number 7 · 1 of 2", "24 lines to go", now) },
      {
        lines: Array.from({ length: 30 }, (_, index) =>
          line(String(600 + index), `Item number ${index + 1}`, {
            qty: (index % 4) + 1,
            packed: index < 6 ? (index % 4) + 1 : index === 6 ? 1 : 0,
            state: index < 6 ? "done" : index === 6 ? "next" : "todo",
          }),
        ),
      },
    ),
  scripts: (now) =>
    packing(
      now,
      {
        mode: "practice",
        verdict: verdict("wrong-item", CHINESE, THAI, now),
        stationId: "โต๊ะแพ็คที่ 7 ฝั่งตะวันออก ชั้นสอง",
        printer: { health: "careful", words: "打印机 · 标签纸即将用完，请尽快更换一卷新的标签纸" },
      },
      {
        receiver: {
          ...receiver,
          name: "محمد عبد الرحمن بن عبد العزيز آل سعود الطويل",
          organization: ARABIC,
          address: THAI,
          postcode: "10110",
          city: "กรุงเทพมหานคร",
          country: "TH",
        },
        fpName: CHINESE,
        status: "WAITING FOR THE MARKETPLACE",
        itemStatuses: ["READY TO SHIP", "ON HOLD BY THE SELLER"],
        packingInstruction: `${CHINESE} ${THAI}`,
        acknowledged: false,
        lines: [
          line("501", CHINESE, { state: "next", qty: 1200, packed: 999 }),
          line("502", THAI),
          line("503", ARABIC),
          line("504", LONG, { state: "done", qty: 2, packed: 2 }),
        ],
      },
    ),
  glued: (now) =>
    packing(now, {
      verdict: verdict("scan-refused", `That scan is too long: ${"8850001234501".repeat(400)}`.slice(0, 5000), "8".repeat(5000), now),
    }),
  handover: (now) => ({
    ...base(now),
    activity: "handover",
    handedOver: 17,
    milestone: milestone(),
    scanSeq: 9,
    verdict: verdict("parcel-ok", "Parcel 17 · J&T Express", "PB-B1-20261123-0042 is out.", now),
    lastParcels: [1, 2, 3, 4, 5].map((sequence) =>
      parcel(sequence, {
        state: "handed-over",
        words: "label printed · handed over",
        ladder: ladder(["done", "done", "done", "done", "done"]),
      }),
    ),
  }),
  "handover-asking": (now) => ({
    ...base(now),
    activity: "handover",
    handedOver: 17,
    milestone: milestone({
      last: [
        { code: "JT9000000412SG", ftNo: "", carrier: "", ok: null, words: "asking OMS4 …" },
        { code: "JT9000000399SG", ftNo: "", carrier: "", ok: false, words: "Not told: scan it again" },
        ...milestone().last.slice(0, 6),
      ],
    }),
    scanSeq: 9,
    verdict: {
      ...verdict(
        "unknown-code",
        "Asking OMS4 about JT9000000412SG …",
        "Not packed here. Keep the parcel in your hands: nothing is told yet.",
        now,
      ),
      tone: "over",
      sound: "over",
    },
  }),
  lost: (now) => ({
    ...base(now),
    activity: "milestone",
    handedOver: 2,
    milestone: milestone({
      milestone: "LOST",
      command: "CMDLOST",
      title: "Lost",
      done: "Lost",
      scan: "each parcel that is lost, or type its number",
      told: 2,
    }),
    scanSeq: 9,
    verdict: verdict("command-refused", "Told before: delivered", "OMS4 heard that PB-B1-20261123-0044 is delivered.", now),
  }),
  "giving-up": (now) => ({
    ...base(now),
    scanSeq: 6,
    verdict: verdict("command-ok", "Give this up? Why?", "Scan a reason below.", now),
    outbox: { health: "broken", words: "1 in trouble · 2 to send", waiting: 2, parked: 1 },
    troubles: [...troubles(now)],
    troubleMarked: 1,
    givingUp: { id: "outbox:12", action: "discard", reason: "", wants: "reason" },
  }),
  "kept-back": (now) => ({
    ...base(now),
    scanSeq: 6,
    verdict: verdict("command-ok", "Print this label all the same? Why?", "Scan a reason below.", now),
    troubles: [
      {
        id: "print:9",
        source: "print",
        title: "Shipping label did not print",
        about: "PB-B1-20261123-0043 · FT00000118",
        labelOf: "PB-B1-20261123-0043",
        failure: { kind: "label-of-other-parcel", detail: "PB-B1-20261123-0043: it bears SPXVN04799999999, the number of FT00000119." },
        at: now - 3 * MINUTE_MS,
        actions: ["retry", "accept", "discard"],
      },
      ...troubles(now),
    ],
    givingUp: { id: "print:9", action: "accept", reason: "", wants: "reason" },
  }),
  trouble: (now) => ({
    ...base(now),
    scanSeq: 5,
    verdict: verdict("command-ok", "3 things in trouble", "NEXT marks the next one.", now),
    outbox: { health: "broken", words: "1 in trouble · 2 to send", waiting: 2, parked: 1 },
    troubles: [...troubles(now)],
  }),
  "storage-full": (now) => ({
    ...base(now),
    phase: "trouble",
    storage: { failure: { kind: "storage-full", detail: "/data/packbench.db (database or disk is full)." }, backups: [] },
  }),
  storage: (now) => ({
    ...base(now),
    phase: "trouble",
    storage: {
      failure: { kind: "storage-corrupt", detail: "packbench.db: page 12 is malformed (database disk image is malformed)." },
      backups: [1, 2, 3].map((day) => ({
        name: `packbench-2026-11-2${day}.db`,
        at: now - (4 - day) * 86_400_000,
        bytes: 12_300_000 * day,
      })),
    },
  }),
};
