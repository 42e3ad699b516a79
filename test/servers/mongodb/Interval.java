import de.bwaldvogel.mongo.backend.ValueComparator;
import de.bwaldvogel.mongo.bson.Document;
import de.bwaldvogel.mongo.bson.MaxKey;
import de.bwaldvogel.mongo.bson.MinKey;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map.Entry;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * The values of a field from one place of an index to below another. A place is a value (before all keys that begin with
 * it), or a value and the highest key (behind them).
 */
record Interval(List<Object> from, List<Object> to) {
    private static final List<Object> START = List.of(MinKey.getInstance());
    private static final List<Object> END = List.of(MaxKey.getInstance());
    private static final Set<String> LOWER = Set.of("$eq", "$gt", "$gte");
    private static final Set<String> UPPER = Set.of("$eq", "$lt", "$lte");
    static final Interval ALL = new Interval(START, END);

    /** Where a query wants the field to be, ascending: at least there, for what else it asks is not looked at. */
    static List<Interval> ofField(String field, Document query) {
        Interval all = ALL;
        for (Entry<String, Object> condition : conditionsOn(field, query).toList()) {
            String operator = condition.getKey();
            Object asked = condition.getValue();
            if (operator.equals("$in") && asked instanceof Collection<?> values && values.stream().allMatch(Interval::isOrdered)) {
                SortedSet<Object> ascending = new TreeSet<>(ValueComparator.asc());
                ascending.addAll(values);
                Interval asFar = all;
                return ascending.stream().map(value -> asFar.and(of("$eq", value))).toList();
            }
            if (isOrdered(asked)) all = all.and(of(operator, asked));
        }
        return List.of(all);
    }

    /** Operators with their values, those within {@code $and} too. */
    private static Stream<Entry<String, Object>> conditionsOn(String field, Document query) {
        Collection<?> parts = (Collection<?>) query.getOrDefault("$and", List.of());
        Stream<Entry<String, Object>> within = parts.stream().flatMap(part -> conditionsOn(field, (Document) part));
        if (!query.containsKey(field)) return within;
        Object asked = query.get(field);
        Document own = asked instanceof Document operators ? operators : new Document("$eq", asked);
        return Stream.concat(own.entrySet().stream(), within);
    }

    /**
     * Whether the intervals hold nothing else than what is asked of a field: a value, some texts, or what is between two values
     * of one type. Above one alone are the types that follow, too.
     */
    static boolean isWhole(Object asked) {
        if (!(asked instanceof Document operators)) return false;
        Set<String> names = operators.keySet();
        if (names.equals(Set.of("$in"))) return ((Collection<?>) operators.get("$in")).stream().allMatch(String.class::isInstance);
        boolean isBelow = names.stream().anyMatch(UPPER::contains);
        boolean isAbove = names.stream().anyMatch(LOWER::contains);
        boolean isPlain = names.stream().allMatch(name -> LOWER.contains(name) || UPPER.contains(name));
        Collection<Object> values = operators.values();
        boolean isOfOneType =
            values.stream().allMatch(String.class::isInstance) || values.stream().allMatch(Number.class::isInstance);
        return isPlain && isAbove && isBelow && isOfOneType;
    }

    private static boolean isOrdered(Object value) {
        return value == null || value instanceof String || value instanceof Number;
    }

    private static Interval of(String operator, Object value) {
        Object key = OrderedIndex.keyOf(value);
        List<Object> before = Arrays.asList(key);
        List<Object> behind = Arrays.asList(key, MaxKey.getInstance());
        return switch (operator) {
            case "$eq" -> new Interval(before, behind);
            case "$gt" -> new Interval(behind, END);
            case "$gte" -> new Interval(before, END);
            case "$lt" -> new Interval(START, before);
            case "$lte" -> new Interval(START, behind);
            default -> ALL;
        };
    }

    private Interval and(Interval other) {
        return new Interval(
            comparePlaces(from, other.from) < 0 ? other.from : from, comparePlaces(to, other.to) < 0 ? to : other.to);
    }

    boolean isOneValue() {
        return from.size() < to.size() && ValueComparator.asc().compare(from.get(0), to.get(0)) == 0;
    }

    private static int comparePlaces(List<Object> a, List<Object> b) {
        int order = ValueComparator.asc().compare(a.get(0), b.get(0));
        return order == 0 ? Integer.compare(a.size(), b.size()) : order;
    }
}
