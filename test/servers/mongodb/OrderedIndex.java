import de.bwaldvogel.mongo.MongoCollection;
import de.bwaldvogel.mongo.backend.AbstractUniqueIndex;
import de.bwaldvogel.mongo.backend.IndexKey;
import de.bwaldvogel.mongo.backend.KeyValue;
import de.bwaldvogel.mongo.backend.ValueComparator;
import de.bwaldvogel.mongo.bson.Document;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map.Entry;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * An index in the order of its values, which is asked as a B-tree is: for one value of each of its first fields, and some or
 * a range of the next. Without lists of values, which no document of the program's holds.
 */
final class OrderedIndex extends AbstractUniqueIndex<Integer> {
    private final NavigableMap<KeyValue, Integer> positions = new TreeMap<>(OrderedIndex::compare);
    private final List<String> fields = keys();
    private final boolean unique;

    private OrderedIndex(String name, List<IndexKey> keys, boolean unique) {
        super(name, keys, false);
        this.unique = unique;
    }

    /** Whether an index can be one of these: of fields of the document itself, each document in it. */
    static boolean suits(List<IndexKey> keys, boolean sparse) {
        return !sparse && keys.stream().noneMatch(key -> key.getKey().contains("."));
    }

    static OrderedIndex ofUnique(String name, List<IndexKey> keys) {
        return new OrderedIndex(name, keys, true);
    }

    /** Of documents with the same values: their ids make two keys of two. */
    static OrderedIndex ofMany(String name, List<IndexKey> keys) {
        List<IndexKey> withId = new ArrayList<>(keys);
        if (keys.stream().noneMatch(key -> key.getKey().equals("_id"))) withId.add(new IndexKey("_id", true));
        return new OrderedIndex(name, withId, false);
    }

    /**
     * Where whatever matches a query stands, among others.
     *
     * @param rest what to compare the documents there with
     * @param narrowness the higher, the fewer others
     * @param sorted whether they come as the query wants them sorted
     */
    record Scan(Iterable<Integer> positions, Document rest, int narrowness, boolean sorted) {}

    /** Empty where all documents would have to be looked at. */
    Optional<Scan> scan(Document query, Document orderBy) {
        List<Object> fixed = new ArrayList<>();
        List<Interval> next = Interval.ofField(fields.get(0), query);
        while (fixed.size() < fields.size() - 1 && next.size() == 1 && next.get(0).isOneValue()) {
            fixed.add(next.get(0).from().get(0));
            next = Interval.ofField(fields.get(fixed.size()), query);
        }
        boolean bounded = !next.equals(List.of(Interval.ALL));
        if (fixed.isEmpty() && !bounded) return Optional.empty();

        int direction = directionOf(orderBy, fixed.size());
        List<Interval> intervals = new ArrayList<>(next);
        if (direction < 0) Collections.reverse(intervals);
        Iterable<Integer> found = () -> intervals.size() == 1
            ? within(fixed, intervals.get(0), direction).iterator()
            : intervals.stream().flatMap(interval -> within(fixed, interval, direction).stream()).toList().iterator();
        Document rest = without(fields.subList(0, fixed.size() + 1), query);
        return Optional.of(new Scan(found, rest, 2 * fixed.size() + (bounded ? 1 : 0), direction != 0));
    }

    /** What is left to compare documents with: the index knows what its fields are asked for, where it is asked plainly. */
    private static Document without(List<String> answered, Document query) {
        Document rest = query.clone();
        for (String field : answered) if (Interval.isWhole(query.get(field))) rest.remove(field);
        return rest;
    }

    private Collection<Integer> within(List<Object> fixed, Interval interval, int direction) {
        KeyValue from = joined(fixed, interval.from());
        KeyValue to = joined(fixed, interval.to());
        if (compare(from, to) >= 0) return List.of();
        NavigableMap<KeyValue, Integer> range = positions.subMap(from, true, to, false);
        return (direction < 0 ? range.descendingMap() : range).values();
    }

    /** 1 where the index has the order that is asked for, once so many first fields are fixed; -1 backwards; else 0. */
    private int directionOf(Document orderBy, int fixed) {
        if (orderBy == null) return 1;
        List<String> by = new ArrayList<>(orderBy.keySet());
        by.removeAll(fields.subList(0, fixed));
        if (by.isEmpty()) return 1;
        List<String> rest = fields.subList(fixed, fields.size());
        if (by.size() > rest.size() || !by.equals(rest.subList(0, by.size()))) return 0;
        List<Integer> directions = by.stream().map(field -> ((Number) orderBy.get(field)).intValue()).distinct().toList();
        return directions.size() == 1 ? directions.get(0) : 0;
    }

    private static KeyValue joined(List<Object> fixed, List<Object> rest) {
        List<Object> all = new ArrayList<>(fixed);
        all.addAll(rest);
        return new KeyValue(all);
    }

    /** What begins another key comes before it. */
    private static int compare(KeyValue a, KeyValue b) {
        for (int i = 0; i < Math.min(a.size(), b.size()); i++) {
            int order = compareValues(a.get(i), b.get(i));
            if (order != 0) return order;
        }
        return Integer.compare(a.size(), b.size());
    }

    /** As the server's own comparator does, which asks for the type of each value first, and takes ten times as long. */
    private static int compareValues(Object a, Object b) {
        if (a instanceof String text && b instanceof String other) return text.compareTo(other);
        if (a instanceof Double number && b instanceof Double other) return number.compareTo(other);
        return ValueComparator.asc().compare(a, b);
    }

    @Override
    public void checkAdd(Document document, MongoCollection<Integer> collection) {
        if (unique) super.checkAdd(document, collection);
    }

    /** The server's own reads paths into lists and documents, which costs more than all else of an insert. */
    @Override
    public Set<KeyValue> getKeyValues(Document document) {
        return Set.of(new KeyValue(fields.stream().map(field -> valueIn(document, field)).toList()));
    }

    private Object valueIn(Document document, String field) {
        Object value = document.get(field);
        if (value instanceof Collection) throw new UnsupportedOperationException("a list in the index " + getName());
        return keyOf(value);
    }

    /** All numbers that can be are of one type, and zero has one sign. */
    static Object keyOf(Object value) {
        boolean isBeyondDouble = value instanceof Long number && number != (long) number.doubleValue();
        return value instanceof Number number && !isBeyondDouble ? Double.valueOf(number.doubleValue() + 0.0) : value;
    }

    @Override
    public boolean isUnique() {
        return unique;
    }

    @Override
    public long getCount() {
        return positions.size();
    }

    @Override
    public long getDataSize() {
        return positions.size();
    }

    @Override
    protected Integer removeDocument(KeyValue key) {
        return positions.remove(key);
    }

    @Override
    protected boolean putKeyPosition(KeyValue key, Integer position) {
        return positions.putIfAbsent(key, position) == null;
    }

    @Override
    protected Integer getPosition(KeyValue key) {
        return positions.get(key);
    }

    @Override
    protected Iterable<Entry<KeyValue, Integer>> getIterable() {
        return positions.entrySet();
    }
}
