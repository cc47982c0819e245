import { memo, useState } from "react";

/** Two letters for a product without a picture: of the first two words, or the first two signs of a script without spaces. */
export const initials = (name: string): string => {
  const parts = name.split(/[\s\p{P}\p{S}]+/u).filter((part) => part !== "");
  const letters = parts.length > 1 ? parts.slice(0, 2).map((part) => [...part][0] ?? "") : [...(parts[0] ?? "?")].slice(0, 2);
  return letters.join("").toUpperCase();
};

const showable = (url: string | null): string | null => (url !== null && /^(https?:|data:image\/)/i.test(url) ? url : null);

/** The product's picture; its initials where there is none or it can't be loaded. */
export const Tile = memo(({ name, imageUrl }: { name: string; imageUrl: string | null }) => {
  const [broken, setBroken] = useState<string | null>(null);
  const source = showable(imageUrl);
  return (
    <span className="tile" aria-hidden="true">
      {source !== null && source !== broken ? (
        <img src={source} alt="" referrerPolicy="no-referrer" decoding="async" onError={() => setBroken(source)} />
      ) : (
        initials(name)
      )}
    </span>
  );
});
