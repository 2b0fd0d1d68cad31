import java.io.FileReader;
import java.io.Reader;
import java.nio.charset.Charset;
import java.util.Properties;
import java.util.StringJoiner;
import java.util.TreeSet;

/** Prints what java.util.Properties reads in a file (FILE CHARSET), as JSON. */
public class ReadProperties {
    public static void main(String[] arguments) throws Exception {
        Properties properties = new Properties();
        try (Reader reader = new FileReader(arguments[0], Charset.forName(arguments[1]))) {
            properties.load(reader);
        }
        StringJoiner members = new StringJoiner(",", "{", "}");
        for (String name : new TreeSet<>(properties.stringPropertyNames())) {
            members.add(quoted(name) + ":" + quoted(properties.getProperty(name)));
        }
        System.out.print(members);
    }

    private static String quoted(String text) {
        StringBuilder json = new StringBuilder("\"");
        for (char unit : text.toCharArray()) {
            json.append(String.format("\\u%04x", (int) unit));
        }
        return json.append('"').toString();
    }
}
