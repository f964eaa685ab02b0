package dev.rpdr.teacher.prompt;

import dev.rpdr.CandidateList;
import dev.rpdr.Mention;
import dev.rpdr.Ranking;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.StringJoiner;

/**
 * What a request or an example becomes in a prompt. Immutable.
 *
 * @param parts the template's parts
 * @param labels how candidates are labelled
 * @param window how much context is shown
 */
record ItemText(TemplateParts parts, LabelStyle labels, ContextWindow window) {
  /** An example with its answer. */
  String example(Example example) {
    Ranking ranking = example.ranking();
    Map<String, Integer> places = ranking.request().places();
    StringJoiner answer = new StringJoiner(" > ");
    ranking
        .ids()
        .forEach(
            id ->
                answer.add(
                    labels.label(
                        Objects.requireNonNull(
                            places.get(id), "a ranking holds only candidates of its request"))));
    return parts.example().fill(values(ranking.request(), Map.of("ranking", answer.toString())));
  }

  /** A request in a part such as {@code item}, with further values. */
  String fill(Part part, CandidateList request, Map<String, String> more) {
    return part.fill(values(request, more));
  }

  private Map<String, String> values(CandidateList request, Map<String, String> more) {
    Map<String, String> values = new HashMap<>(more);
    StringJoiner lines = new StringJoiner("\n");
    for (int i = 0; i < request.size(); i++) {
      String shown = PromptText.escape(request.entity(i).name());
      lines.add(parts.candidate().fill(Map.of("label", labels.label(i), "name", shown)));
    }
    values.put("candidates", lines.toString());
    values.put("mention", PromptText.escape(request.mention().text()));
    Mention.Context context = request.mention().context();
    if (context != null && parts.context() != null) {
      values.put("context", parts.context().fill(Map.of("text", marked(context))));
    }
    return values;
  }

  private String marked(Mention.Context context) {
    String mention = PromptText.escape(context.text().substring(context.start(), context.end()));
    String text =
        PromptText.escapeWithin(window.before(context))
            + parts.contextMention().fill(Map.of("mention", mention))
            + PromptText.escapeWithin(window.after(context));
    return text.strip();
  }
}
