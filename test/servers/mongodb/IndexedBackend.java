import de.bwaldvogel.mongo.MongoCollection;
import de.bwaldvogel.mongo.backend.CollectionOptions;
import de.bwaldvogel.mongo.backend.CursorRegistry;
import de.bwaldvogel.mongo.backend.DatabaseResolver;
import de.bwaldvogel.mongo.backend.Index;
import de.bwaldvogel.mongo.backend.IndexKey;
import de.bwaldvogel.mongo.backend.QueryResult;
import de.bwaldvogel.mongo.backend.aggregation.Aggregation;
import de.bwaldvogel.mongo.backend.memory.MemoryBackend;
import de.bwaldvogel.mongo.backend.memory.MemoryCollection;
import de.bwaldvogel.mongo.backend.memory.MemoryDatabase;
import de.bwaldvogel.mongo.bson.Document;
import de.bwaldvogel.mongo.oplog.Oplog;
import io.netty.channel.Channel;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * Databases in memory whose indexes are of use for ranges too. Those of {@link MemoryBackend} look at all documents for
 * whatever is not one value of a unique index.
 */
final class IndexedBackend extends MemoryBackend {
    @Override
    public MemoryDatabase openOrCreateDatabase(String name) {
        return new Database(name, getCursorRegistry());
    }

    private static final class Database extends MemoryDatabase {
        Database(String name, CursorRegistry cursors) {
            super(name, cursors);
        }

        @Override
        protected MemoryCollection openOrCreateCollection(String name, CollectionOptions options) {
            return new Indexed(this, name, options, cursorRegistry);
        }

        @Override
        protected Index<Integer> openOrCreateUniqueIndex(String of, String name, List<IndexKey> keys, boolean sparse) {
            if (OrderedIndex.suits(keys, sparse)) return OrderedIndex.ofUnique(name, keys);
            return super.openOrCreateUniqueIndex(of, name, keys, sparse);
        }

        @Override
        protected Index<Integer> openOrCreateSecondaryIndex(String of, String name, List<IndexKey> keys, boolean sparse) {
            if (OrderedIndex.suits(keys, sparse)) return OrderedIndex.ofMany(name, keys);
            return super.openOrCreateSecondaryIndex(of, name, keys, sparse);
        }

        @Override
        public Document handleCommand(
            Channel channel, String command, Document query, DatabaseResolver databases, Oplog oplog) {
            if (!command.equalsIgnoreCase("aggregate")) return super.handleCommand(channel, command, query, databases, oplog);
            return aggregate(query, databases, oplog)
                .orElseGet(() -> super.handleCommand(channel, command, query, databases, oplog));
        }

        /** What an aggregation matches, sorts and limits first is a query; empty where it begins otherwise. */
        private Optional<Document> aggregate(Document command, DatabaseResolver databases, Oplog oplog) {
            MongoCollection<Integer> collection = resolveCollection(command.get("aggregate").toString(), false);
            List<Document> stages = Aggregation.parse(command.get("pipeline"));
            if (collection == null || stages.isEmpty() || !stages.get(0).containsKey("$match")) return Optional.empty();
            Document query = new Document("$query", stages.get(0).get("$match"));
            int done = 1;
            int limit = 0;
            if (done < stages.size() && stages.get(done).get("$sort") instanceof Document order) {
                query.append("$orderby", order);
                done++;
            }
            if (done < stages.size() && stages.get(done).get("$limit") instanceof Number most) {
                limit = most.intValue();
                done++;
            }
            List<Document> rest = stages.subList(done, stages.size());
            Aggregation aggregation = Aggregation.fromPipeline(rest, databases, this, collection, oplog);
            aggregation.validate(command);
            Stream<Document> matched = StreamSupport.stream(collection.handleQuery(query, 0, limit).spliterator(), false);
            Document cursor = new Document("id", 0L).append("ns", collection.getFullName());
            cursor.append("firstBatch", aggregation.runStages(matched));
            return Optional.of(new Document("cursor", cursor).append("ok", 1.0));
        }
    }

    private static final class Indexed extends MemoryCollection {
        Indexed(Database database, String name, CollectionOptions options, CursorRegistry cursors) {
            super(database, name, options, cursors);
        }

        @Override
        protected synchronized QueryResult queryDocuments(
            Document query, Document orderBy, int skip, int limit, int batchSize, Document fields) {
            Optional<OrderedIndex.Scan> scan = getIndexes().stream()
                .flatMap(index -> index instanceof OrderedIndex ordered ? ordered.scan(query, orderBy).stream() : Stream.empty())
                .max(Comparator.comparing(OrderedIndex.Scan::narrowness).thenComparing(OrderedIndex.Scan::sorted));
            if (scan.isEmpty()) return super.queryDocuments(query, orderBy, skip, limit, batchSize, fields);
            Document toSortBy = scan.get().sorted() ? null : orderBy;
            return matchDocuments(scan.get().rest(), scan.get().positions(), toSortBy, skip, limit, batchSize, fields);
        }
    }
}
