import type { ReactNode } from "react";
import { Press } from "./press.tsx";

/** One way on, by its key or by touch; `asking`: it happens at the second press. `children`: what it is about, in small. */
export const ByKey = ({
  keyName,
  label,
  asking = false,
  onPress,
  children,
}: {
  keyName: string | number;
  label: string;
  asking?: boolean;
  onPress: () => void;
  children: ReactNode;
}) => (
  <Press className={asking ? "backup backup-asking" : "backup"} onPress={onPress}>
    <kbd>{keyName}</kbd>
    <b>{label}</b>
    {children}
  </Press>
);
