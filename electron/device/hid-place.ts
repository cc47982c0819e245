import { readFileSync } from "node:fs";
import { basename, join } from "node:path";

const SYSFS = "/sys/class/hidraw";

/**
 * Where a HID device is plugged in, as Linux' sysfs tells it of `/dev/hidrawN`: `usb-0000:00:14.0-2/input0`, with `#SERIAL` behind it where
 * the device has a serial number. The number N is given out in the order of plugging and starting; the place stays. Undefined for other
 * paths, on other systems (whose paths name the place themselves), and for what is gone.
 */
export const hidPlaceOf = (path: string, sysfs: string = SYSFS): string | undefined => {
  if (!/^\/dev\/hidraw\d+$/.test(path)) return undefined;
  let facts: string;
  try {
    facts = readFileSync(join(sysfs, basename(path), "device/uevent"), "utf8");
  } catch {
    return undefined; // unplugged meanwhile, or a system without sysfs
  }
  const fact = (name: string): string => new RegExp(`^${name}=(.*)$`, "m").exec(facts)?.[1]?.trim() ?? "";
  const [place, serial] = [fact("HID_PHYS"), fact("HID_UNIQ")];
  if (place === "") return undefined;
  return serial === "" ? place : `${place}#${serial}`;
};
