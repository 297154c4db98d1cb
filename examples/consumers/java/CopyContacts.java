// Keeps a copy of all contacts in SQLite. README.md beside this folder says how to run it and what each part is for.
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.math.BigInteger;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.InvalidOffsetException;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import tools.jackson.core.JacksonException;
import tools.jackson.core.json.JsonWriteFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

public class CopyContacts {
  static final Map<String, String> ENV = System.getenv();
  static final String SERVICE = ENV.getOrDefault("CONTACTSTREAM_URL", "http://127.0.0.1:3000");
  static final String EVENTS = ENV.getOrDefault("KAFKA_TOPIC_PREFIX", "") + "contacts.events";
  static final String STATE = ENV.getOrDefault("KAFKA_TOPIC_PREFIX", "") + "contacts.state";
  static final String SCHEMAS = ENV.getOrDefault("SCHEMAS", "../../../libs/contact-events/schemas");
  static final Map<String, String> SCHEMA_OF =
      Map.of("ContactUpdated", "contact-updated", "ContactDeleted", "contact-deleted");
  // Kafka by itself keeps a tombstone for a day, a topic that the service made for a week. Half a day leaves time for a slow end.
  static final long BOOTSTRAP_WITHIN_MS = 12 * 3_600_000L;

  /** What a person has to do something about. */
  static class Stop extends RuntimeException {
    Stop(String message) {
      super(message);
    }
  }

  static final Map<String, Object> counts = new LinkedHashMap<>(Map.of(
      "applied", 0, "older", 0, "unknownType", 0, "passedOver", 0, "fetched", 0, "cut", 0));

  /** Counted, and nothing to put aside. */
  static String count(String what) {
    counts.merge(what, 1, (have, one) -> (int) have + (int) one);
    return null;
  }

  // --- The copy: contacts, offsets and what was put aside change together, in one transaction.

  static Connection store;

  static void openStore() throws SQLException {
    store = DriverManager.getConnection("jdbc:sqlite:" + ENV.getOrDefault("COPY", "contacts.sqlite"));
    run("pragma busy_timeout = 10000");
    // What is removed is overwritten in the file: an erased account leaves nothing behind.
    run("pragma secure_delete = on");
    run("create table if not exists contacts"
        + " (id text primary key, version integer not null, contact text, reason text, merged_into text)");
    run("create table if not exists offsets (topic text, \"partition\" integer, next integer not null,"
        + " until integer, noted integer, primary key (topic, \"partition\"))");
    run("create table if not exists put_aside (topic text, \"partition\" integer, \"offset\" integer,"
        + " why text not null, primary key (topic, \"partition\", \"offset\"))");
  }

  static List<Map<String, Object>> all(String sql, Object... values) throws SQLException {
    try (var statement = store.prepareStatement(sql)) {
      for (int at = 0; at < values.length; at++) statement.setObject(at + 1, values[at]);
      var rows = new ArrayList<Map<String, Object>>();
      if (!statement.execute()) return rows;
      var result = statement.getResultSet();
      while (result.next()) {
        var row = new LinkedHashMap<String, Object>();
        for (int at = 1; at <= result.getMetaData().getColumnCount(); at++) {
          var value = result.getObject(at);
          row.put(result.getMetaData().getColumnName(at), value instanceof Integer number ? number.longValue() : value);
        }
        rows.add(row);
      }
      return rows;
    }
  }

  static void run(String sql, Object... values) throws SQLException {
    all(sql, values);
  }

  static void saveOffset(String topic, int partition, long next) throws SQLException {
    run("update offsets set next = ? where topic = ? and \"partition\" = ?", next, topic, partition);
  }

  interface Work {
    void run() throws Exception;
  }

  /** Each record is applied whole or not at all, so what was done before an error is kept. */
  static void inTransaction(Work work) throws Exception {
    run("begin immediate");
    try {
      work.run();
    } finally {
      run("commit");
    }
  }

  // --- Kafka: partitions are assigned by hand, because the offsets are kept with the copy and not by a consumer group.

  static KafkaConsumer<byte[], byte[]> kafka;
  static String assigned;

  static void openKafka() {
    var settings = new Properties();
    settings.put("client.id", "copy-contacts");
    settings.put("bootstrap.servers", ENV.getOrDefault("KAFKA_BROKERS", "127.0.0.1:9092"));
    settings.put("enable.auto.commit", "false");
    settings.put("auto.offset.reset", "none");
    settings.put("security.protocol", (ENV.containsKey("KAFKA_SASL_MECHANISM") ? "SASL_" : "")
        + ("true".equals(ENV.get("KAFKA_SSL")) ? "SSL" : "PLAINTEXT"));
    if (!ENV.getOrDefault("KAFKA_CA_FILE", "").isEmpty()) {
      settings.put("ssl.truststore.type", "PEM");
      settings.put("ssl.truststore.location", ENV.get("KAFKA_CA_FILE"));
    }
    if (ENV.containsKey("KAFKA_SASL_MECHANISM")) {
      var mechanism = ENV.get("KAFKA_SASL_MECHANISM").toUpperCase();
      settings.put("sasl.mechanism", mechanism);
      settings.put("sasl.jaas.config", "org.apache.kafka.common.security."
          + (mechanism.equals("PLAIN") ? "plain.Plain" : "scram.Scram") + "LoginModule required"
          + " username=" + quoted(ENV.get("KAFKA_SASL_USERNAME"))
          + " password=" + quoted(ENV.get("KAFKA_SASL_PASSWORD")) + ";");
    }
    kafka = new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  static String quoted(String text) {
    return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
  }

  static List<TopicPartition> partitionsOf(String topic) {
    var partitions = kafka.partitionsFor(topic);
    if (partitions.isEmpty())
      throw new Stop("Kafka has no topic " + topic + ": look at KAFKA_BROKERS and KAFKA_TOPIC_PREFIX");
    return partitions.stream().map(each -> new TopicPartition(topic, each.partition())).toList();
  }

  /** What comes next of these partitions of one topic. */
  static ConsumerRecords<byte[], byte[]> poll(String topic, List<Map<String, Object>> places) {
    if (!topic.equals(assigned)) {
      kafka.assign(places.stream().map(at -> new TopicPartition(topic, number(at, "partition").intValue())).toList());
      for (var at : places) kafka.seek(new TopicPartition(topic, number(at, "partition").intValue()), number(at, "next"));
      assigned = topic;
    }
    return kafka.poll(Duration.ofMillis(500));
  }

  static Long number(Map<String, Object> row, String column) {
    return (Long) row.get(column);
  }

  // --- REST

  static final JsonMapper JSON = JsonMapper.builder()
      .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
      // Half of a surrogate pair can stand in JSON, and not in SQLite.
      .enable(JsonWriteFeature.ESCAPE_NON_ASCII)
      .build();
  static final HttpClient HTTP = HttpClient.newHttpClient();

  /** Null for 404. What passes by itself is waited for; what does not, stops. */
  static JsonNode ask(String path) throws InterruptedException {
    var request = HttpRequest.newBuilder(URI.create(SERVICE + path)).timeout(Duration.ofSeconds(30));
    if (ENV.containsKey("CONTACTSTREAM_TOKEN"))
      request.header("authorization", "Bearer " + ENV.get("CONTACTSTREAM_TOKEN"));
    for (long wait = 250; ; wait = Math.min(2 * wait, 30_000)) {
      int status = 0;
      try {
        var answer = HTTP.send(request.build(), BodyHandlers.ofString());
        status = answer.statusCode();
        if (status == 200) return JSON.readTree(answer.body());
      } catch (IOException | JacksonException notAnswered) {
        status = 0;
      }
      if (status == 404) return null;
      if (status == 401) throw new Stop(SERVICE + " does not know the token: set CONTACTSTREAM_TOKEN");
      if (status == 403) throw new Stop("The token may not read " + path + ": it needs the scope read");
      if (status != 0 && status < 500 && status != 429) throw new Stop(SERVICE + path + " answers " + status);
      System.err.println(SERVICE + " answers " + (status == 0 ? "not" : status) + "; asking again in " + wait + " ms");
      Thread.sleep(wait);
    }
  }

  static JsonNode positions() throws InterruptedException {
    var answer = ask("/api/positions");
    if (answer == null) throw new Stop(SERVICE + " is no contactstream: set CONTACTSTREAM_URL");
    return answer;
  }

  static BigInteger position(JsonNode positions, String name) {
    return new BigInteger(positions.get(name).asString());
  }

  /** The whole of a contact that was cut to fit Kafka; null where REST has it no more. */
  static JsonNode wholeContact(String id, long version, BigInteger position) throws InterruptedException {
    for (long wait = 250; ; wait = Math.min(2 * wait, 30_000)) {
      // Only once the read model is that far, a 404 means that the contact is gone and not that it is not there yet.
      if (position(positions(), "projected").compareTo(position) >= 0) {
        var contact = ask("/api/contacts/" + id);
        if (contact != null && contact.has("masked"))
          throw new Stop("The token may not read contacts: it needs the scope read");
        // Deleted by now: its deletion follows, with what REST does not tell.
        if (contact == null || contact.get("deleted").asBoolean()) return null;
        if (contact.get("version").asLong() >= version) return contact;
      }
      System.err.println(
          SERVICE + " does not show version " + version + " of " + id + " yet; asking again in " + wait + " ms");
      Thread.sleep(wait);
    }
  }

  // --- A record

  static final Map<String, Schema> schemas = new HashMap<>();
  static final Pattern SCHEMA_NAME = Pattern.compile("/([a-z-]+)/([0-9]+)\\.json$");
  static String passOver;

  static void readSchemas() throws IOException {
    var registry = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);
    for (var name : SCHEMA_OF.values())
      schemas.put(name, registry.getSchema(Files.readString(Path.of(SCHEMAS, name, "1.json"))));
  }

  /** Why the record is put aside; null where it is not. */
  static String apply(String topic, ConsumerRecord<byte[], byte[]> record) throws Exception {
    var headers = new HashMap<String, String>();
    for (Header header : record.headers())
      headers.put(header.key(), header.value() == null ? "" : new String(header.value(), StandardCharsets.UTF_8));
    var type = headers.getOrDefault("ce_type", "");
    if (!"1.0".equals(headers.get("ce_specversion")) || type.isEmpty()) return "not a CloudEvent 1.0 in binary mode";
    var schema = SCHEMA_OF.get(type);
    if (schema == null) return count("unknownType");

    var id = headers.getOrDefault("ce_subject", "");
    // Records of before had the version in ce_sequence.
    var versionText = headers.getOrDefault("ce_contactversion", headers.getOrDefault("ce_sequence", ""));
    var position = headers.getOrDefault("ce_position", "");
    if (!id.matches("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")) return "ce_subject is no contact id";
    if (!versionText.matches("[0-9]{1,15}")) return "ce_contactversion is no version";
    if (!position.matches("[0-9]{1,19}")) return "ce_position is no position";
    long version = Long.parseLong(versionText);

    JsonNode contact = null;
    String reason = null;
    String mergedInto = null;
    if (record.value() == null && topic.equals(STATE) && type.equals("ContactDeleted")) {
      reason = headers.get("ce_reason");
      mergedInto = headers.get("ce_mergedinto");
      if (version <= versionOf(id)) return count("older");
    } else {
      Matcher named = SCHEMA_NAME.matcher(headers.getOrDefault("ce_dataschema", ""));
      if (!named.find() || !named.group(1).equals(schema)) return "ce_dataschema names no schema of its type";
      var name = named.group(1) + "/" + named.group(2);
      if (name.equals(passOver)) return count("passedOver");
      if (!named.group(2).equals("1"))
        throw new Stop("This program was written for " + schema + "/1, not for " + name);
      var data = read(schema, record.value());
      if (data == null) return "the value does not fit " + schema + "/1";
      if (!data.get("contactId").asString().equals(id) || data.get("version").asLong() != version)
        return "headers and value disagree";
      if (version <= versionOf(id)) return count("older");
      if (type.equals("ContactDeleted")) {
        reason = data.get("reason").asString();
        mergedInto = data.get("mergedInto").isNull() ? null : data.get("mergedInto").asString();
      } else {
        contact = data.get("contact");
      }
      if (data.has("truncatedFields")) {
        var whole = wholeContact(id, version, new BigInteger(position));
        count(whole == null ? "cut" : "fetched");
        if (whole != null) return save(id, whole.get("version").asLong(), asOnKafka(whole), null, null);
      }
    }
    return save(id, version, contact, reason, mergedInto);
  }

  /** Null where it does not fit. Parsers differ in what is too deep or too long for them, and the validator fails at 1e21. */
  static JsonNode read(String schema, byte[] value) {
    try {
      var bytes = ByteBuffer.wrap(value == null ? new byte[0] : value);
      var data = JSON.readTree(StandardCharsets.UTF_8.newDecoder().decode(bytes).toString());
      return schemas.get(schema).validate(data).isEmpty() ? data : null;
    } catch (CharacterCodingException | JacksonException notJson) {
      return null;
    }
  }

  /** REST shows these beside what an event has. */
  static JsonNode asOnKafka(JsonNode contact) {
    return ((ObjectNode) contact).remove(List.of("version", "deleted", "deletedAt", "deletedReason", "syncedAt"));
  }

  static long versionOf(String id) throws SQLException {
    var found = all("select version from contacts where id = ?", id);
    return found.isEmpty() ? 0 : number(found.get(0), "version");
  }

  /** A deleted contact keeps its version, or an old message would bring it back: of account-erased nothing else is kept. */
  static String save(String id, long version, JsonNode contact, String reason, String mergedInto) throws SQLException {
    var text = contact == null ? null : JSON.writeValueAsString(contact);
    run("insert or replace into contacts values (?, ?, ?, ?, ?)", id, version, text, reason, mergedInto);
    return count("applied");
  }

  // --- The way: contacts.state up to the end that it had, then contacts.events from before.

  static void begin() throws Exception {
    // Kafka takes the two topics one after the other. Only when the state topic holds all that was in the log after these
    // ends were noted, nothing can fall between the two.
    var from = kafka.endOffsets(partitionsOf(EVENTS));
    var logEnd = position(positions(), "logEnd");
    while (position(positions(), "publishedState").compareTo(logEnd) < 0) Thread.sleep(250);
    var state = kafka.beginningOffsets(partitionsOf(STATE));
    var until = kafka.endOffsets(partitionsOf(STATE));
    inTransaction(() -> {
      for (var table : List.of("contacts", "offsets", "put_aside")) run("delete from " + table);
      for (var each : from.keySet()) note(each, from.get(each), null);
      for (var each : state.keySet()) note(each, state.get(each), until.get(each));
    });
    assigned = null;
  }

  static void note(TopicPartition at, long next, Long until) throws SQLException {
    run("insert into offsets values (?, ?, ?, ?, ?)",
        at.topic(), at.partition(), next, until, System.currentTimeMillis());
  }

  static void copy(List<String> options) throws Exception {
    var caughtUp = options.contains("--until-caught-up") ? positions() : null;
    if (options.contains("rebuild") || all("select 1 from offsets").isEmpty()) begin();
    // Partitions that were added since hold what is new alone.
    for (var each : kafka.beginningOffsets(partitionsOf(EVENTS)).entrySet())
      run("insert or ignore into offsets values (?, ?, ?, null, null)", EVENTS, each.getKey().partition(), each.getValue());
    var goals = new HashMap<Long, Long>();
    if (caughtUp != null)
      for (var each : caughtUp.get("partitions")) goals.put(each.get("partition").asLong(), each.get("endOffset").asLong());

    while (true) {
      var unread = all("select * from offsets where next < until");
      if (unread.stream().anyMatch(at -> System.currentTimeMillis() - number(at, "noted") > BOOTSTRAP_WITHIN_MS)) {
        begin();
        continue;
      }
      var topic = unread.isEmpty() ? EVENTS : STATE;
      var places = unread.isEmpty() ? all("select * from offsets where topic = ?", EVENTS) : unread;
      if (caughtUp != null && unread.isEmpty()
          && places.stream().allMatch(at -> number(at, "next") >= goals.getOrDefault(number(at, "partition"), 0L))) break;
      ConsumerRecords<byte[], byte[]> polled;
      try {
        polled = poll(topic, places);
      } catch (InvalidOffsetException gone) {
        throw new Stop(topic + " holds no more what this copy has not read: begin anew with rebuild");
      }
      inTransaction(() -> {
        for (var record : polled) {
          String why;
          try {
            why = apply(topic, record);
          } catch (Stop stop) {
            throw new Stop(topic + "/" + record.partition() + "/" + record.offset() + ": " + stop.getMessage());
          }
          if (why != null)
            run("insert or ignore into put_aside values (?, ?, ?, ?)", topic, record.partition(), record.offset(), why);
          saveOffset(topic, record.partition(), record.offset() + 1);
        }
        // How far the look went: there may be gaps behind the last record.
        for (var at : places) {
          var next = kafka.position(new TopicPartition(topic, number(at, "partition").intValue()));
          if (next > number(at, "next")) saveOffset(topic, number(at, "partition").intValue(), next);
        }
      });
    }
    var summary = new LinkedHashMap<String, Object>();
    summary.put("upTo", caughtUp.get("published").asString());
    summary.putAll(all("select count(contact) contacts, count(*) - count(contact) deleted from contacts").get(0));
    summary.putAll(all("select count(*) \"putAside\" from put_aside").get(0));
    summary.putAll(counts);
    System.out.println(JSON.writeValueAsString(summary));
  }

  public static void main(String[] arguments) throws Exception {
    for (var argument : arguments)
      if (argument.startsWith("--pass-over=")) passOver = argument.substring("--pass-over=".length());
    readSchemas();
    openStore();
    openKafka();
    try {
      copy(List.of(arguments));
    } catch (Stop | KafkaException stop) {
      System.err.println(stop.getMessage());
      System.exit(1);
    } finally {
      kafka.close();
      store.close();
    }
  }
}
