/** One product of the practice warehouse. `body`: twelve digits of its EAN-13. */
type Goods = Readonly<{ name: string; brand: string; sku: string; seller: string; body: string; weight: number; fragile?: boolean }>;

const goods: readonly Goods[] = [
  { name: "Oversized Tee, Black, M", brand: "LUMO", sku: "LM-TEE-BLK-M", seller: "LUMO-0101", body: "888123400101", weight: 0.21 },
  { name: "Oversized Tee, Black, L", brand: "LUMO", sku: "LM-TEE-BLK-L", seller: "LUMO-0102", body: "888123400102", weight: 0.23 },
  { name: "Oversized Tee, White, M", brand: "LUMO", sku: "LM-TEE-WHT-M", seller: "LUMO-0103", body: "888123400103", weight: 0.21 },
  { name: "Linen Shirt, Sand, S", brand: "LUMO", sku: "LM-LIN-SND-S", seller: "LUMO-0110", body: "888123400110", weight: 0.26 },
  { name: "Cargo Shorts, Olive, 32", brand: "LUMO", sku: "LM-CAR-OLV-32", seller: "LUMO-0121", body: "888123400121", weight: 0.34 },
  {
    name: "Vitamin C Serum 30 ml",
    brand: "HALO",
    sku: "HL-SER-VC30",
    seller: "HALO-201",
    body: "888234500201",
    weight: 0.09,
    fragile: true,
  },
  {
    name: "Niacinamide Serum 30 ml",
    brand: "HALO",
    sku: "HL-SER-NI30",
    seller: "HALO-202",
    body: "888234500202",
    weight: 0.09,
    fragile: true,
  },
  { name: "Rice Water Cleanser 150 ml", brand: "HALO", sku: "HL-CLN-RW150", seller: "HALO-211", body: "888234500211", weight: 0.18 },
  { name: "Sunscreen SPF 50 PA++++ 50 ml", brand: "HALO", sku: "HL-SUN-50", seller: "HALO-221", body: "888234500221", weight: 0.07 },
  { name: "Sheet Mask Green Tea, box of 10", brand: "HALO", sku: "HL-MSK-GT10", seller: "HALO-231", body: "888234500231", weight: 0.32 },
  {
    name: "Ceramic Pour-Over Dripper",
    brand: "KOPI",
    sku: "KP-DRP-CER",
    seller: "KOPI-301",
    body: "888345600301",
    weight: 0.42,
    fragile: true,
  },
  {
    name: "Glass Coffee Server 600 ml",
    brand: "KOPI",
    sku: "KP-SRV-600",
    seller: "KOPI-302",
    body: "888345600302",
    weight: 0.38,
    fragile: true,
  },
  { name: "Paper Filters V60 02, 100 pcs", brand: "KOPI", sku: "KP-FLT-100", seller: "KOPI-303", body: "888345600303", weight: 0.15 },
  { name: "Gayo Beans, medium roast, 250 g", brand: "KOPI", sku: "KP-BEA-GAY250", seller: "KOPI-311", body: "888345600311", weight: 0.27 },
  { name: "Robusta Beans, dark roast, 500 g", brand: "KOPI", sku: "KP-BEA-ROB500", seller: "KOPI-312", body: "888345600312", weight: 0.52 },
  { name: "USB-C Charger 65 W, SG plug", brand: "VOLT", sku: "VT-CHG-65SG", seller: "VOLT-401", body: "888456700401", weight: 0.16 },
  { name: "USB-C Cable 2 m, braided", brand: "VOLT", sku: "VT-CBL-C2M", seller: "VOLT-402", body: "888456700402", weight: 0.06 },
  { name: "Power Bank 20,000 mAh", brand: "VOLT", sku: "VT-PWB-20K", seller: "VOLT-403", body: "888456700403", weight: 0.41 },
  { name: "Earbuds Air 3, white", brand: "VOLT", sku: "VT-EAR-A3W", seller: "VOLT-411", body: "888456700411", weight: 0.08 },
  { name: "Phone Case clear, 15 Pro", brand: "VOLT", sku: "VT-CSE-15P", seller: "VOLT-421", body: "888456700421", weight: 0.04 },
  { name: "Bath Towel 70 × 140, sage", brand: "NEST", sku: "NS-TWL-SGE", seller: "NEST-501", body: "888567800501", weight: 0.48 },
  { name: "Face Towel 34 × 75, sage", brand: "NEST", sku: "NS-TWF-SGE", seller: "NEST-502", body: "888567800502", weight: 0.14 },
  {
    name: "Scented Candle, lemongrass",
    brand: "NEST",
    sku: "NS-CDL-LMG",
    seller: "NEST-511",
    body: "888567800511",
    weight: 0.36,
    fragile: true,
  },
  { name: "Storage Basket, rattan, S", brand: "NEST", sku: "NS-BSK-S", seller: "NEST-521", body: "888567800521", weight: 0.55 },
  { name: "Baby Wipes 80 × 6", brand: "MIMI", sku: "MM-WIP-80X6", seller: "MIMI-601", body: "888678900601", weight: 2.1 },
  { name: "Silicone Bib, peach", brand: "MIMI", sku: "MM-BIB-PCH", seller: "MIMI-602", body: "888678900602", weight: 0.12 },
  { name: "Sippy Cup 240 ml, mint", brand: "MIMI", sku: "MM-CUP-MNT", seller: "MIMI-603", body: "888678900603", weight: 0.11 },
  { name: "Wooden Stacking Rings", brand: "MIMI", sku: "MM-TOY-RNG", seller: "MIMI-611", body: "888678900611", weight: 0.4 },
  { name: "Sambal Matah 180 g", brand: "DAPUR", sku: "DP-SMB-180", seller: "DAPUR-701", body: "899789100701", weight: 0.33, fragile: true },
  { name: "Rendang Paste 120 g", brand: "DAPUR", sku: "DP-RDG-120", seller: "DAPUR-702", body: "899789100702", weight: 0.14 },
];

/** EAN-13 check digit: weights 1 and 3 from the left (GS1 General Specifications 7.9). */
const ean13 = (body: string): string => {
  const sum = [...body].reduce((total, digit, index) => total + Number(digit) * (index % 2 === 0 ? 1 : 3), 0);
  return body + String((10 - (sum % 10)) % 10);
};

export const sampleGoods = goods.map((item) => ({ ...item, fragile: item.fragile === true, barcode: ean13(item.body) }));
export type SampleGoods = (typeof sampleGoods)[number];
