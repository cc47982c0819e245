import { describe, expect, test } from "vitest";
import { cartonOf, knownCarrier, parcelWeightKg } from "../../shared/measures.ts";
import type { Carton } from "../../shared/settings.ts";
import { readCartons, readOwnCarriers, writeCartons, writeOwnCarriers } from "../../renderer/screens/settings/lists.ts";
import { detailOf } from "../fakes/desk.ts";

const carton: Carton = { code: "M", lengthCm: 30, widthCm: 20, heightCm: 15, tareKg: 0.1 };
const details = [detailOf("1", "A", 3, { weightKg: 0.1 }), detailOf("2", "B", 1, { weightKg: 0.25 }), detailOf("3", "C", 1)];

describe("what a parcel weighs", () => {
  test("is what was weighed, else lines and carton to the gram, else nobody knows", () => {
    const items = [
      { detailId: "1", qty: 3 },
      { detailId: "2", qty: 1 },
    ];
    expect(parcelWeightKg({ weightG: null, items, details, carton })).toBe(0.65);
    expect(parcelWeightKg({ weightG: 1234, items, details, carton: null })).toBe(1.234);
    expect(parcelWeightKg({ weightG: null, items, details, carton: null })).toBeNull();
    expect(parcelWeightKg({ weightG: null, items: [...items, { detailId: "3", qty: 1 }], details, carton })).toBeNull();
    expect(parcelWeightKg({ weightG: null, items: [], details, carton })).toBeNull();
  });
});

describe("boxes and carriers", () => {
  test("are found in any letter case; a carrier by OMS4's id before its name", () => {
    expect(cartonOf([carton], "m")).toBe(carton);
    expect([cartonOf([carton], "L"), cartonOf([carton], null)]).toEqual([null, null]);
    const carriers = [
      { id: "", name: "Van", type: "Economic", cost: 2 },
      { id: "7", name: "Bikes", type: "Premium", cost: null },
    ] as const;
    expect(knownCarrier(carriers, { id: "7", name: "Van" })?.name).toBe("Bikes");
    expect(knownCarrier(carriers, { id: null, name: "van" })?.name).toBe("Van");
    expect(knownCarrier(carriers, { id: "8", name: "Truck" })).toBeNull();
  });
});

describe("the lists of the settings", () => {
  test("are read as people write them, and written as they are read", () => {
    const read = readCartons(" m 30x20 × 15 0,12 \n\nMAILER2; 25; 18; 2; 0\n");
    expect(read).toEqual({
      ok: true,
      value: [
        { code: "M", lengthCm: 30, widthCm: 20, heightCm: 15, tareKg: 0.12 },
        { code: "MAILER2", lengthCm: 25, widthCm: 18, heightCm: 2, tareKg: 0 },
      ],
    });
    expect(read.ok && readCartons(writeCartons(read.value))).toEqual(read);
    const carriers = readOwnCarriers("Own fleet; standard\nGoGo Courier; PREMIUM; 7,90; 302");
    expect(carriers).toEqual({
      ok: true,
      value: [
        { name: "Own fleet", type: "Standard", cost: null, id: "" },
        { name: "GoGo Courier", type: "Premium", cost: 7.9, id: "302" },
      ],
    });
    expect(carriers.ok && readOwnCarriers(writeOwnCarriers(carriers.value))).toEqual(carriers);
    expect([readCartons(""), readOwnCarriers(" \n")]).toEqual([
      { ok: true, value: [] },
      { ok: true, value: [] },
    ]);
  });

  test("name the line that is wrong", () => {
    for (const [bad, named] of [
      ["M 30 20 15", '"M 30 20 15": write'],
      ["M 30 20 0 1", '"M 30 20 0 1": write'],
      ["M-1 30 20 15 1", '"M-1 30 20 15 1": write'],
      ["M 1 1 1 1\nm 2 2 2 2", '"m 2 2 2 2" is there twice'],
    ] as const)
      expect(readCartons(bad)).toMatchObject({ ok: false, problem: expect.stringContaining(named) as string });
    for (const bad of ["Fleet", "Fleet; Teleport", "; Standard", "Fleet; Standard; dear", "F; Standard; 1; 2; 3"])
      expect(readOwnCarriers(bad)).toMatchObject({ ok: false });
  });
});
