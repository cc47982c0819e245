import type { Migration } from "../migrations.ts";

export const bareNumbers: Migration = {
  version: 10,
  name: "tracking numbers as they are looked up",
  sql: `
-- whose number lies in a barcode, however it is written there: cleaned, without padding zeros (shared/carried-number.ts); of other codes ''
alter table task_code add column bare text not null default '';
update task_code set bare = bare_number(code) where kind = 'tracking';
create index task_code_bare on task_code (bare, ft_no) where kind = 'tracking';
create trigger task_code_bare after insert on task_code when new.kind = 'tracking' begin
  update task_code set bare = bare_number(new.code) where code = new.code and ft_no = new.ft_no and kind = new.kind;
end;
`,
};
