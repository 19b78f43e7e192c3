//! Figures in the text format of Prometheus; knows no figure of its own.

use std::fmt::Write as _;

/// One figure, or one for each combination of labels.
#[derive(Clone, Debug, PartialEq)]
pub struct Metric {
    /// In base units, ending in `_total` when it only grows.
    pub name: &'static str,
    pub help: &'static str,
    pub value: MetricValue,
}

#[derive(Clone, Debug, PartialEq)]
pub enum MetricValue {
    Counter(Vec<Sample>),
    Gauge(Vec<Sample>),
    Histogram(Histogram),
}

/// Labels are words of ours, never a phone number or a name.
#[derive(Clone, Debug, PartialEq)]
pub struct Sample {
    pub labels: Vec<(&'static str, String)>,
    pub value: f64,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Histogram {
    /// Upper bound and count of each bucket alone, ascending; what is above the last bound is in
    /// `above`.
    pub buckets: Vec<(f64, u64)>,
    pub above: u64,
    pub sum: f64,
}

impl Metric {
    #[must_use]
    pub fn counter(name: &'static str, help: &'static str, value: u64) -> Self {
        let value = MetricValue::Counter(vec![Sample::plain(value)]);
        Self { name, help, value }
    }

    #[must_use]
    pub fn gauge(name: &'static str, help: &'static str, value: u64) -> Self {
        let value = MetricValue::Gauge(vec![Sample::plain(value)]);
        Self { name, help, value }
    }
}

impl Sample {
    #[must_use]
    #[allow(clippy::cast_precision_loss)] // Exact to 2^53, as everything Prometheus keeps.
    pub fn plain(value: u64) -> Self {
        Self {
            labels: Vec::new(),
            value: value as f64,
        }
    }

    #[must_use]
    pub fn labelled(name: &'static str, label: impl Into<String>, value: u64) -> Self {
        Self {
            labels: vec![(name, label.into())],
            ..Self::plain(value)
        }
    }
}

/// The whole page (<https://prometheus.io/docs/instrumenting/exposition_formats/>).
pub(crate) fn render(metrics: &[Metric]) -> String {
    let mut page = String::new();
    for metric in metrics {
        // Writing to a string cannot fail.
        let _ = write_metric(&mut page, metric);
    }
    page
}

fn write_metric(page: &mut String, metric: &Metric) -> std::fmt::Result {
    let Metric { name, help, value } = metric;
    let (kind, samples) = match value {
        MetricValue::Counter(samples) => ("counter", samples.as_slice()),
        MetricValue::Gauge(samples) => ("gauge", samples.as_slice()),
        MetricValue::Histogram(_) => ("histogram", [].as_slice()),
    };
    writeln!(page, "# HELP {name} {help}\n# TYPE {name} {kind}")?;
    for Sample { labels, value } in samples {
        writeln!(page, "{name}{} {value}", braces(labels))?;
    }
    if let MetricValue::Histogram(histogram) = value {
        let mut count = 0;
        for (bound, in_bucket) in &histogram.buckets {
            count += in_bucket;
            writeln!(page, "{name}_bucket{{le=\"{bound}\"}} {count}")?;
        }
        count += histogram.above;
        writeln!(page, "{name}_bucket{{le=\"+Inf\"}} {count}")?;
        writeln!(page, "{name}_sum {}\n{name}_count {count}", histogram.sum)?;
    }
    Ok(())
}

fn braces(labels: &[(&'static str, String)]) -> String {
    if labels.is_empty() {
        return String::new();
    }
    let escaped = |text: &str| {
        let text = text.replace('\\', r"\\").replace('"', "\\\"");
        text.replace('\n', r"\n")
    };
    let labels: Vec<_> = labels
        .iter()
        .map(|(name, value)| format!("{name}=\"{}\"", escaped(value)))
        .collect();
    format!("{{{}}}", labels.join(","))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counters_labels_and_histograms_are_written_as_prometheus_reads_them() {
        let page = render(&[
            Metric::counter("conclave_x_total", "Xs.", 7),
            Metric {
                name: "conclave_y",
                help: "Ys.",
                value: MetricValue::Gauge(vec![Sample::labelled("state", "a\"b", 1)]),
            },
            Metric {
                name: "conclave_z_seconds",
                help: "Zs.",
                value: MetricValue::Histogram(Histogram {
                    buckets: vec![(0.001, 2), (0.02, 3)],
                    above: 1,
                    sum: 0.5,
                }),
            },
        ]);
        assert_eq!(
            page,
            "# HELP conclave_x_total Xs.\n# TYPE conclave_x_total counter\nconclave_x_total 7\n\
             # HELP conclave_y Ys.\n# TYPE conclave_y gauge\nconclave_y{state=\"a\\\"b\"} 1\n\
             # HELP conclave_z_seconds Zs.\n# TYPE conclave_z_seconds histogram\n\
             conclave_z_seconds_bucket{le=\"0.001\"} 2\nconclave_z_seconds_bucket{le=\"0.02\"} 5\n\
             conclave_z_seconds_bucket{le=\"+Inf\"} 6\n\
             conclave_z_seconds_sum 0.5\nconclave_z_seconds_count 6\n"
        );
    }
}
