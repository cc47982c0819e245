import type { ReceiverView } from "../../shared/parcel-about.ts";

const given = (...parts: readonly string[]): readonly string[] => parts.filter((part) => part.trim() !== "");

/** Parts of one thing. Each keeps its own writing direction: an Arabic name must not turn the postcode round. */
const Parts = ({ parts, between }: { parts: readonly string[]; between: string }) =>
  parts.map((part, index) => (
    <span key={`${index} ${part}`}>
      {index > 0 && between}
      <bdi>{part}</bdi>
    </span>
  ));

/** Who gets it, and how to reach them. */
export const ReceiverName = ({ receiver: { name, organization, phone } }: { receiver: ReceiverView }) => (
  <Parts parts={given(name, organization, phone)} between=" · " />
);

/** Where it goes, the whole of it; what sorts it comes first, because a narrow place cuts the end. */
export const ReceiverAddress = ({ receiver: { address, district, city, state, postcode, country } }: { receiver: ReceiverView }) => (
  <>
    <Parts parts={given(postcode, city, country)} between=" " />
    {given(address, district, state).length > 0 && " · "}
    <Parts parts={given(address, district, state)} between=", " />
  </>
);
