// The list as a file: a worker writes it, and who asked for it loads it within an hour.

import {
  type Asked,
  type Export,
  isBeingWritten,
  type Sort,
  useExports,
  useLoadExport,
  useStartExport,
} from "../api/customerLists";
import { usePeople } from "../api/questions";
import { useOwnId } from "../bridge/may";
import { useShop } from "../bridge/shop";
import { Answered } from "../parts/Answered";
import { Button } from "../parts/Button";
import { Card } from "../parts/Card";
import { nameOf } from "../parts/CustomerLink";
import { download } from "../parts/download";
import { Muted } from "../parts/Muted";
import { ProgressBar } from "../parts/ProgressBar";
import { TroubleNotice } from "../parts/TroubleNotice";
import { filterWords } from "./filterWords";
import { chosen, type Names } from "./filters";
import { say } from "../words/say";

interface RowProps {
  file: Export;
  names: Names;
  who: string;
  isOwn: boolean;
}

function FileRow({ file, names, who, isOwn }: RowProps) {
  const { format } = useShop();
  const loading = useLoadExport();
  const filters = chosen(file.asked).map(([key, value]) => filterWords(key, value, names, format));
  const of = filters.length === 0 ? say("customers.file.everybody") : filters.join(" · ");
  const asked = { who, when: format.moment(file.asked_at) };
  const load = () => {
    loading.mutate(file.id, {
      onSuccess: (text) => {
        download(`customers-${String(file.id)}.csv`, text, "text/csv");
      },
    });
  };
  return (
    <li className="row">
      <div>
        <p>{of}</p>
        <Muted>
          {isBeingWritten(file)
            ? say("customers.file.asked", asked)
            : say("customers.file.written", { ...asked, count: file.rows })}
        </Muted>
        {isBeingWritten(file) && (
          <ProgressBar
            label={say("customers.file.writing")}
            done={0}
            total={null}
            caption={format.count(file.rows)}
          />
        )}
        {loading.isError && <TroubleNotice trouble={loading.error} />}
      </div>
      <span>
        {file.state === "done" && isOwn && (
          <Button size="small" variant="secondary" disabled={loading.isPending} onClick={load}>
            {say("customers.file.download")}
          </Button>
        )}
        {file.state === "expired" && <Muted as="span">{say("customers.file.deleted")}</Muted>}
      </span>
    </li>
  );
}

export function ExportCard({ asked, sort, names }: { asked: Asked; sort: Sort; names: Names }) {
  const own = useOwnId();
  const question = useExports();
  const starting = useStartExport();
  const others = (question.data ?? []).map((file) => file.asked_by).filter((id) => id !== own);
  const people = usePeople([...new Set(others)]);
  return (
    <Card
      title={say("customers.file")}
      action={
        <Button
          size="small"
          variant="secondary"
          disabled={starting.isPending}
          onClick={() => {
            starting.mutate({ asked, sort });
          }}
        >
          {say("customers.file.write")}
        </Button>
      }
    >
      <Muted>{say("customers.file.what")}</Muted>
      {starting.isError && <TroubleNotice trouble={starting.error} />}
      <Answered question={question} loading={say("customers.file.loading")} lines={2}>
        {(files) => (
          <ul className="rows" aria-label={say("customers.files")}>
            {files.map((file) => (
              <FileRow
                key={file.id}
                {...{ file, names }}
                isOwn={file.asked_by === own}
                who={
                  file.asked_by === own
                    ? say("customers.file.you")
                    : nameOf(people.data?.get(file.asked_by), file.asked_by)
                }
              />
            ))}
          </ul>
        )}
      </Answered>
    </Card>
  );
}
