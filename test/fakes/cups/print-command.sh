#!/bin/sh
# What the IPP printer runs for each job ($1: the job's file). Files in $PRINTER_CONTROL make it misbehave until they are gone.
# What came out is copied to $PRINTER_OUT under the job's own name.
echo "ATTR: job-impressions=1" >&2
if [ -f "$PRINTER_CONTROL/media-empty" ]; then
  echo "STATE: +media-empty-error" >&2
  while [ -f "$PRINTER_CONTROL/media-empty" ]; do sleep .1; done
  echo "STATE: -media-empty-error" >&2
fi
if [ -f "$PRINTER_CONTROL/slow" ]; then
  : > "$PRINTER_CONTROL/printing"
  while [ -f "$PRINTER_CONTROL/slow" ]; do sleep .1; done
fi
pace=$(cat "$PRINTER_CONTROL/pace" 2>/dev/null)
[ -n "$pace" ] && { : > "$PRINTER_CONTROL/printing"; sleep "$pace"; }
[ -f "$PRINTER_CONTROL/fail" ] && { echo "ERROR: print head failed" >&2; exit 1; }
cp "$1" "$PRINTER_OUT/.$(basename "$1")" && mv "$PRINTER_OUT/.$(basename "$1")" "$PRINTER_OUT/$(date +%s%N).$(basename "$1")"
[ -n "$pace" ] && { sleep "$pace"; rm -f "$PRINTER_CONTROL/printing"; }
echo "ATTR: job-impressions-completed=1" >&2
