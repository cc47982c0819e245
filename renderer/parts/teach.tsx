import { memo } from "react";
import type { TeachingView } from "../../shared/alias.ts";
import { words } from "../words/en.ts";
import { Barcode } from "./barcode.tsx";

/** A code is being made known: what each scan of it will pack. The lines below it bear the numbers that name them. */
export const Teach = memo(({ teaching }: { teaching: TeachingView }) => (
  <section className="note note-new teach" data-teaching-code={teaching.code} data-teaching-quantity={teaching.quantity}>
    <div>
      <h2 dir="auto">{teaching.code}</h2>
      <p>{words.teach.packs(teaching.quantity)}</p>
    </div>
    <figure>
      <Barcode text="CMDCLOSE" className="barcode-small" />
      <figcaption>{words.teach.stop}</figcaption>
    </figure>
  </section>
));
