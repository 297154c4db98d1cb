import { type AsyncApiDocument, type AsyncApiMessage } from '#contact-events';
import { counted } from '#platform';

import { type Html, html } from '../http/html.js';
import { htmlPage } from '../http/html-page.js';
import { ASYNCAPI_STYLE } from './asyncapi-style.js';
import { type JsonSchema, schemaMembers, typeName } from './schema-members.js';

/** The AsyncAPI document for people: topics first, then each message with its headers, data and a real example. */
export function asyncApiPage(document: AsyncApiDocument): string {
  const { info, servers, channels, components } = document;
  const messages = Object.entries(components.messages);
  return htmlPage(
    `Kafka messages - ${info.title}`,
    ASYNCAPI_STYLE,
    html`<header>
        <h1>${info.title} <small>Kafka messages, ${info.version}</small></h1>
        <p>${info.description}</p>
        <p><a href="asyncapi.json">asyncapi.json</a> · <a href="docs">REST</a></p>
      </header>
      <main>
        <h2>Brokers</h2>
        ${brokers(servers)}
        <h2>Topics</h2>
        ${Object.values(channels).map(
          ({ address, description, messages: of, bindings: { kafka } }) =>
            html`<section>
              <h3><code>${address}</code></h3>
              <p>${description}</p>
              <p class="facts">
                <span>${counted(kafka.partitions, 'partition')}</span>
                <span>cleanup ${kafka.topicConfiguration['cleanup.policy'].join()}</span>
                ${Object.keys(of).map((name) => html` <a href="#${name}">${components.messages[name]?.name ?? name}</a>`)}
              </p>
            </section>`,
        )}
        <h2>Messages</h2>
        ${messages.map(([id, message]) => messageSection(id, message))}
      </main>`,
  );
}

function brokers(servers: AsyncApiDocument['servers']): Html {
  const all = Object.values(servers ?? {});
  if (all.length === 0)
    return html`<p>None: this service runs without Kafka (<code>KAFKA_BROKERS</code>).</p>`;
  return html`<p class="facts">
    ${all.map(({ host, protocol }) => html`<span><code>${host}</code> ${protocol}</span> `)}
  </p>`;
}

function messageSection(
  id: string,
  { name, title, summary, headers, payload, examples }: AsyncApiMessage,
): Html {
  return html`<section id="${id}">
    <h3>${name}</h3>
    <p><strong>${title}.</strong> ${summary}</p>
    ${members('Headers', headers)} ${members('Data', payload)}
    ${examples.map(
      (example) =>
        html`<details>
          <summary>Example: ${example.summary}</summary>
          <pre>
${Object.entries(example.headers)
  .map(([header, value]) => `${header}: ${value}`)
  .join('\n')}

${typeof example.payload === 'string' ? example.payload : JSON.stringify(example.payload, null, 2)}</pre>
        </details>`,
    )}
  </section>`;
}

function members(title: string, schema: JsonSchema): Html {
  const rows = schemaMembers(schema);
  const description = schema.description ?? (rows.length === 0 ? typeName(schema) : '');
  return html`<h4>${title}</h4>
    ${description === '' ? '' : html`<p>${description}</p>`}
    ${
      rows.length === 0
        ? ''
        : html`<div class="wide">
            <table>
              <tbody>
                ${rows.map(
                  ({ path, type, isRequired, description: meaning, dataClass }) =>
                    html`<tr>
                      <td><code>${path}</code>${isRequired ? '' : html` <em>optional</em>`}</td>
                      <td>${type}</td>
                      <td>${dataClass}</td>
                      <td>${meaning}</td>
                    </tr> `,
                )}
              </tbody>
            </table>
          </div>`
    }`;
}
