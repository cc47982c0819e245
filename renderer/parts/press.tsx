import type { MouseEvent, ReactNode } from "react";

/** A press never takes the focus: the next scan must find the page as it was. */
const keepFocus = (event: MouseEvent): void => event.preventDefault();

/** A thing to touch, outside the settings: never in the Tab order, never focused. */
export const Press = ({
  onPress,
  className = "",
  label,
  disabled = false,
  children,
}: {
  onPress: () => void;
  className?: string;
  label?: string;
  disabled?: boolean;
  children: ReactNode;
}) => (
  <button
    type="button"
    className={`press ${className}`}
    tabIndex={-1}
    aria-label={label}
    disabled={disabled}
    onMouseDown={keepFocus}
    onClick={onPress}
  >
    {children}
  </button>
);
