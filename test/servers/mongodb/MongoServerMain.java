import de.bwaldvogel.mongo.MongoBackend;
import de.bwaldvogel.mongo.MongoServer;
import de.bwaldvogel.mongo.MongoVersion;
import de.bwaldvogel.mongo.backend.h2.H2Backend;
import java.util.List;

/**
 * A server that speaks MongoDB's protocol, on a port of the loopback: {@code MongoServerMain <port> [file]}. Without a
 * file, what it holds ends with it. A line says when it listens; SIGTERM writes everything and ends it.
 */
public final class MongoServerMain {
    public static void main(String[] arguments) {
        MongoBackend backend = arguments.length > 1 ? new H2Backend(arguments[1]) : new IndexedBackend();
        MongoServer server = new MongoServer(backend.version(new Version()));
        server.bind("127.0.0.1", Integer.parseInt(arguments[0]));
        Runtime.getRuntime().addShutdownHook(new Thread(server::shutdownNow));
        System.out.println("listens");
    }

    /** What the server says of itself by default is too old for today's drivers. */
    private static final class Version implements MongoVersion {
        @Override
        public List<Integer> getVersionArray() {
            return List.of(4, 4, 0);
        }

        @Override
        public int getWireVersion() {
            return 9;
        }
    }
}
