import { type WholeQuarantined } from '../../api/trouble.js';
import { Icon } from '../../parts/icon.js';
import { LongText } from '../../parts/long-text.js';
import { fieldLabel, valueLines } from '../../words/fields.js';

/** Google's lists that become another member of a contact. */
const MEMBER: Readonly<Record<string, string>> = {
  names: 'displayName',
  birthdays: 'birthday',
  genders: 'gender',
  biographies: 'biography',
  fileAses: 'fileAs',
  photos: 'photoUrl',
  memberships: 'groups',
};

/** In names, what is there already as the name. */
const LEFT_OUT = /^(given|family|middle|honorific|phonetic)|^(photoUrl|groups|updatedAt)$/;

/** What could be read of a person, and what could not, field by field. */
export function Understood({ entry }: { readonly entry: WholeQuarantined }) {
  const { notUnderstood } = entry;
  const understood: Readonly<Record<string, unknown>> | null = entry.understood;
  if (understood === null) return null;
  const wrong = Map.groupBy(notUnderstood, ({ path }) => memberOf(path));
  const fields = [
    ...Object.keys(understood).filter(
      (field) => !LEFT_OUT.test(field) && valueLines(understood[field]).length > 0,
    ),
    ...wrong.keys(),
  ];
  return (
    <>
      <div className="row pad line">
        <h2>What was understood</h2>
      </div>
      <dl className="kv pad">
        {[...new Set(fields)].map((field) => (
          <div key={field}>
            <dt>{field === '' ? 'The person' : fieldLabel(field)}</dt>
            <dd>
              {valueLines(understood[field]).map((line, at) => (
                <div key={at}>
                  <span className="ok">
                    <Icon name="check" />
                  </span>{' '}
                  <span dir="auto">
                    <LongText text={line} />
                  </span>
                </div>
              ))}
              {wrong.get(field)?.map(({ path, problem }) => (
                <div key={path}>
                  <span className="bad">
                    <Icon name="x" />
                  </span>{' '}
                  {path !== '' && <code>{path}</code>} {problem}
                </div>
              ))}
            </dd>
          </div>
        ))}
      </dl>
    </>
  );
}

function memberOf(path: string): string {
  const [first = ''] = path.split(/[.[]/);
  return MEMBER[first] ?? first;
}
